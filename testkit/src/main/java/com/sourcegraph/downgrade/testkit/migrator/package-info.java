/**
 * A stand-in for Sourcegraph's {@code migrator} image that keeps the real one's contract: arguments, tables, locks, log
 * lines, exit codes, and the ways it fails.
 *
 * <p>What it knows of the real one was read from the public source (up to 5.6) and the product documentation; where
 * these are silent, the comments say what was inferred.
 * {@link com.sourcegraph.downgrade.testkit.migrator.MigratorStandIn} is the program,
 * {@link com.sourcegraph.downgrade.testkit.migrator.MigratorMain} its entry point in a container of its own,
 * {@link com.sourcegraph.downgrade.testkit.migrator.MigratorFaults} makes it fail on demand.
 */
package com.sourcegraph.downgrade.testkit.migrator;
