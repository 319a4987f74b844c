/** A stand-in for Sourcegraph's {@code migrator} image that keeps the real one's contract. */
package com.sourcegraph.downgrade.testkit.migrator;
