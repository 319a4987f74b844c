/**
 * What Sourcegraph's containers do, as far as a downgrade notices: they hold sessions at the databases under their own
 * application names, write while they live, check the schema when they start, and take a moment to stop.
 *
 * <p>{@link com.sourcegraph.downgrade.testkit.service.SourcegraphPrograms} gives the programs of one instance to the
 * in-memory cluster.
 */
package com.sourcegraph.downgrade.testkit.service;
