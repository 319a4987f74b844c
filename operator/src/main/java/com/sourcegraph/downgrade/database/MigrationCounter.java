package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Schema;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts what a running or finished attempt has reverted, from the tables: what remains true when the migrator's log is
 * lost with its pod.
 */
public final class MigrationCounter {
    private final DatabaseConnections connections;

    public MigrationCounter(DatabaseTimeouts timeouts) {
        this.connections = new DatabaseConnections(timeouts);
    }

    /**
     * Blocks as {@link DatabaseReader#read} does.
     *
     * @param since the migrator writes its entries by the clock of its own node: take the start of the Job and allow for
     *     a difference
     * @return no entry for a database that did not answer or has no migration logs
     */
    public Map<Schema, RevertCount> revertedSince(Map<Schema, DatabaseCredentials> credentials, Instant since) {
        Map<Schema, RevertCount> counts = new EnumMap<>(Schema.class);
        connections
                .forEach(
                        credentials.values(),
                        (connection, schema, redactor) -> new Catalog(connection).hasTable("migration_logs")
                                ? new MigrationLogQuery(connection, schema, redactor).revertedSince(since)
                                : null)
                .forEach((schema, answer) -> {
                    if (answer.value() != null) {
                        counts.put(schema, answer.value());
                    }
                });
        return counts;
    }
}
