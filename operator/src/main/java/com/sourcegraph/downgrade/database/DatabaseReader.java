package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Schema;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks into the three databases.
 *
 * <p>A call blocks for as long as the slowest database takes, bounded by {@link DatabaseTimeouts}: at most a few seconds
 * for one that does not answer. It opens at most one connection per database, read-only, and closes it before it
 * returns. It never throws for a database that cannot be reached or refuses: that is a
 * {@link SchemaState.Unreachable}.
 *
 * <p>Rights: reading {@code versions}, {@code migration_logs} and {@code out_of_band_migrations} is needed, and what
 * every role sees of {@code pg_stat_activity} and {@code pg_locks} is enough to tell whose sessions there are.
 */
public final class DatabaseReader {
    private final DatabaseConnections connections;

    public DatabaseReader(DatabaseTimeouts timeouts) {
        this.connections = new DatabaseConnections(timeouts);
    }

    /** What one database answered. */
    private record Look(
            SchemaState.Reachable state,
            VersionsLookup versionsLookup,
            Optional<VersionsRow> versions,
            List<OutOfBandMigration> outOfBand) {}

    /** @param now becomes {@link DatabaseState#observedAt()} */
    public DatabaseState read(Map<Schema, DatabaseCredentials> credentials, Set<DatabaseAspect> what, Instant now) {
        Map<Schema, DatabaseConnections.Answer<Look>> answers = connections.forEach(
                credentials.values(), (connection, schema, redactor) -> look(connection, schema, what, redactor));
        Map<Schema, SchemaState> schemas = new EnumMap<>(Schema.class);
        answers.forEach((schema, answer) -> schemas.put(
                schema,
                answer.failed()
                        ? new SchemaState.Unreachable(answer.problem())
                        : answer.value().state()));
        Optional<Look> frontend = Optional.ofNullable(answers.get(Schema.FRONTEND))
                .filter(answer -> !answer.failed())
                .map(DatabaseConnections.Answer::value);
        return new DatabaseState(
                schemas,
                frontend.map(Look::versionsLookup).orElse(VersionsLookup.NOT_READ),
                frontend.flatMap(Look::versions),
                frontend.map(Look::outOfBand).orElse(List.of()),
                now);
    }

    private static Look look(Connection connection, Schema schema, Set<DatabaseAspect> what, Redactor redactor)
            throws SQLException {
        Catalog catalog = new Catalog(connection);
        MigrationLogQuery logs = new MigrationLogQuery(connection, schema, redactor);
        boolean hasLogs = what.contains(DatabaseAspect.MIGRATIONS) && catalog.hasTable("migration_logs");
        MigrationLogQuery.Summary summary = hasLogs ? logs.summary() : MigrationLogQuery.Summary.none();
        SessionQuery sessions = new SessionQuery(connection);
        SchemaState.Reachable state = new SchemaState.Reachable(
                catalog.serverVersionNum(),
                hasLogs,
                summary.failed(),
                summary.pending(),
                summary.interruptedReverts(),
                summary.applied(),
                what.contains(DatabaseAspect.SESSIONS) ? sessions.others() : List.of(),
                what.contains(DatabaseAspect.MIGRATIONS) ? sessions.migratorLockHolder() : Optional.empty());
        if (schema != Schema.FRONTEND) {
            return new Look(state, VersionsLookup.NOT_READ, Optional.empty(), List.of());
        }
        VersionsLookup lookup = VersionsLookup.NOT_READ;
        Optional<VersionsRow> row = Optional.empty();
        if (what.contains(DatabaseAspect.VERSION)) {
            boolean exists = catalog.hasTable("versions");
            row = exists ? new VersionsQuery(connection, catalog).row() : Optional.empty();
            lookup = !exists
                    ? VersionsLookup.TABLE_MISSING
                    : row.isPresent() ? VersionsLookup.FOUND : VersionsLookup.ROW_MISSING;
        }
        List<OutOfBandMigration> outOfBand =
                what.contains(DatabaseAspect.OUT_OF_BAND) && catalog.hasTable("out_of_band_migrations")
                        ? new OutOfBandQuery(connection, catalog).all()
                        : List.of();
        return new Look(state, lookup, row, outOfBand);
    }
}
