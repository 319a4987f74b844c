package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The table {@code migration_logs} of one database: what was applied and reverted, and what became of it. */
public final class MigrationLog {
    /** The form of the rows themselves, not of any schema. */
    private static final int LOGS_SCHEMA_VERSION = 2;

    /**
     * The state of each migration is that of its newest row, rows written by backfill counting as oldest, and failed
     * reverts not counting at all.
     */
    private static final String STATES = """
            WITH ranked AS (
                SELECT version, up, success,
                    row_number() OVER (PARTITION BY version ORDER BY backfilled, started_at DESC, id DESC) AS rank
                FROM migration_logs
                WHERE schema = ? AND NOT (NOT up AND NOT coalesce(success, true) AND finished_at IS NOT NULL))
            SELECT version, up, success FROM ranked WHERE rank = 1 ORDER BY version
            """;

    private final Connection connection;
    private final String table;

    public MigrationLog(Connection connection, SchemaName schema) {
        this.connection = connection;
        this.table = schema.migrationsTable();
    }

    /** The migrator's view of a schema: ids of migrations by state. Unapplied ones are in none of the sets. */
    public record State(NavigableSet<Integer> applied, NavigableSet<Integer> pending, NavigableSet<Integer> failed) {}

    /** Creates the table where it is missing: no migration does, the migrator does on every connection. */
    public void ensureTable() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE IF NOT EXISTS migration_logs (
                        id serial PRIMARY KEY,
                        migration_logs_schema_version integer NOT NULL,
                        schema text NOT NULL,
                        version integer NOT NULL,
                        up boolean NOT NULL,
                        started_at timestamp with time zone NOT NULL,
                        finished_at timestamp with time zone,
                        success boolean,
                        error_message text,
                        backfilled boolean NOT NULL DEFAULT false)
                    """);
        }
    }

    public State state() throws SQLException {
        NavigableSet<Integer> applied = new TreeSet<>();
        NavigableSet<Integer> pending = new TreeSet<>();
        NavigableSet<Integer> failed = new TreeSet<>();
        try (PreparedStatement query = connection.prepareStatement(STATES)) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    int version = rows.getInt("version");
                    boolean up = rows.getBoolean("up");
                    boolean success = rows.getBoolean("success");
                    if (rows.wasNull()) {
                        pending.add(version);
                    } else if (!success) {
                        failed.add(version);
                    } else if (up) {
                        applied.add(version);
                    }
                }
            }
        }
        return new State(applied, pending, failed);
    }

    /** Writes the row that stands while a migration runs; returns its id. */
    public int started(int migration, boolean up) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO migration_logs (migration_logs_schema_version, schema, version, up, started_at)"
                        + " VALUES (?, ?, ?, ?, clock_timestamp()) RETURNING id")) {
            insert.setInt(1, LOGS_SCHEMA_VERSION);
            insert.setString(2, table);
            insert.setInt(3, migration);
            insert.setBoolean(4, up);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Completes such a row. A null error means success. */
    public void finished(int row, String error) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE migration_logs SET finished_at = clock_timestamp(), success = ?, error_message = ?"
                        + " WHERE id = ?")) {
            update.setBoolean(1, error == null);
            update.setString(2, error);
            update.setInt(3, row);
            update.executeUpdate();
        }
    }

    /** Adds a finished, successful row, as {@code add-log} does. */
    public void addSuccess(int migration, boolean up) throws SQLException {
        finished(started(migration, up), null);
    }

    /** Adds a finished row for each migration, as if each had been applied in its time. */
    public void addApplied(Collection<Migration> migrations) throws SQLException {
        for (Migration migration : migrations) {
            addSuccess(migration.id(), true);
        }
    }

    /** Marks migrations as applied that lie before an applied one and have no row at all. */
    public void backfill(List<Migration> known) throws SQLException {
        NavigableSet<Integer> logged = logged();
        NavigableSet<Integer> applied = state().applied();
        if (applied.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO migration_logs"
                + " (migration_logs_schema_version, schema, version, up, started_at, finished_at, success, backfilled)"
                + " VALUES (?, ?, ?, true, clock_timestamp(), clock_timestamp(), true, true)")) {
            for (Migration migration : known) {
                if (migration.id() < applied.last() && !logged.contains(migration.id())) {
                    insert.setInt(1, LOGS_SCHEMA_VERSION);
                    insert.setString(2, table);
                    insert.setInt(3, migration.id());
                    insert.executeUpdate();
                }
            }
        }
    }

    private NavigableSet<Integer> logged() throws SQLException {
        NavigableSet<Integer> logged = new TreeSet<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT DISTINCT version FROM migration_logs WHERE schema = ?")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    logged.add(rows.getInt(1));
                }
            }
        }
        return logged;
    }
}
