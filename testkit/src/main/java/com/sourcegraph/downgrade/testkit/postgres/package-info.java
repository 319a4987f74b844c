/**
 * A real PostgreSQL with the three databases of a Sourcegraph instance in them.
 *
 * <p>{@link com.sourcegraph.downgrade.testkit.postgres.PostgresServer} is one server for the whole JVM, started when it
 * is first asked for and gone with the JVM, however that ends.
 * {@link com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases} is one instance on it: three databases with the
 * tables, logs and rows that an instance of a given release has, copied from a template that is built once per release
 * from the {@link com.sourcegraph.downgrade.testkit.postgres.SchemaHistory}.
 * {@link com.sourcegraph.downgrade.testkit.postgres.Breakages} brings an instance into the states that a downgrade must
 * cope with.
 */
package com.sourcegraph.downgrade.testkit.postgres;
