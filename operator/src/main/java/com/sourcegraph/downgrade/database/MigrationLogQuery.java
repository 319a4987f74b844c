package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Schema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code migration_logs} as the migrator does: the latest entry of each migration counts. */
final class MigrationLogQuery {
    /** More would help nobody, and a log table grows for as long as an instance lives. */
    private static final int MOST_LISTED = 100;

    private static final int LONGEST_ERROR = 2_000;

    /** Cut by the server; more than is kept, so that a password at the cut is not half redacted in what is kept. */
    private static final int LONGEST_READ = 4 * LONGEST_ERROR;

    /**
     * A revert that failed leaves the migration applied, so the migrator leaves its entry out. An entry without an end is
     * one that runs, or whose migrator died.
     */
    private static final String LATEST = "WITH latest AS (SELECT version, up, success, started_at, finished_at,"
            + " error_message, row_number() OVER (PARTITION BY version ORDER BY backfilled, started_at DESC) AS rank"
            + " FROM migration_logs WHERE schema = ?"
            + " AND NOT (NOT up AND success IS FALSE AND finished_at IS NOT NULL)) ";

    private static final String COLUMNS =
            "version, up, success, started_at, finished_at, left(error_message, " + LONGEST_READ + ")";

    private final Connection connection;
    private final Schema schema;
    private final Redactor redactor;

    MigrationLogQuery(Connection connection, Schema schema, Redactor redactor) {
        this.connection = connection;
        this.schema = schema;
        this.redactor = redactor;
    }

    record Summary(
            List<MigrationLog> failed, List<MigrationLog> pending, List<MigrationLog> interruptedReverts, int applied) {
        static Summary none() {
            return new Summary(List.of(), List.of(), List.of(), 0);
        }
    }

    Summary summary() throws SQLException {
        List<MigrationLog> failed = new ArrayList<>();
        List<MigrationLog> pending = new ArrayList<>();
        List<MigrationLog> interrupted = new ArrayList<>();
        for (MigrationLog log : logs(
                LATEST + "SELECT " + COLUMNS + " FROM latest WHERE rank = 1 AND success IS NOT TRUE"
                        + " ORDER BY started_at DESC LIMIT " + MOST_LISTED,
                null)) {
            if (log.success().isPresent()) {
                failed.add(log);
            } else if (log.up()) {
                pending.add(log);
            } else {
                interrupted.add(log);
            }
        }
        return new Summary(failed, pending, interrupted, applied());
    }

    RevertCount revertedSince(Instant since) throws SQLException {
        int reverted;
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT count(DISTINCT version) FROM migration_logs"
                        + " WHERE schema = ? AND started_at >= ? AND NOT up AND success")) {
            statement.setString(1, schema.logName());
            statement.setTimestamp(2, Timestamp.from(since));
            reverted = number(statement);
        }
        return new RevertCount(
                reverted,
                logs(
                        "SELECT " + COLUMNS + " FROM migration_logs WHERE schema = ? AND started_at >= ?"
                                + " AND NOT up AND success IS FALSE ORDER BY started_at DESC LIMIT " + MOST_LISTED,
                        since));
    }

    private int applied() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(LATEST + "SELECT count(*) FROM latest WHERE rank = 1 AND up AND success")) {
            statement.setString(1, schema.logName());
            return number(statement);
        }
    }

    private static int number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private List<MigrationLog> logs(String sql, Instant since) throws SQLException {
        List<MigrationLog> logs = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema.logName());
            if (since != null) {
                statement.setTimestamp(2, Timestamp.from(since));
            }
            statement.setMaxRows(MOST_LISTED);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    logs.add(new MigrationLog(
                            schema,
                            rows.getLong(1),
                            rows.getBoolean(2),
                            Optional.ofNullable(rows.getObject(3, Boolean.class)),
                            rows.getTimestamp(4).toInstant(),
                            Optional.ofNullable(rows.getTimestamp(5)).map(Timestamp::toInstant),
                            Optional.ofNullable(rows.getString(6)).map(this::error)));
                }
            }
        }
        return logs;
    }

    private String error(String message) {
        String redacted = redactor.redact(message);
        return redacted.length() <= LONGEST_ERROR ? redacted : redacted.substring(0, LONGEST_ERROR) + "…";
    }
}
