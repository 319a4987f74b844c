package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Fills an empty database with what an instance of a release has there: schema, migration log and data. */
final class InstanceContent {
    private final SchemaHistory history;
    private final OutOfBandMigrations outOfBandMigrations;

    InstanceContent(SchemaHistory history, OutOfBandMigrations outOfBandMigrations) {
        this.history = history;
        this.outOfBandMigrations = outOfBandMigrations;
    }

    /** Writes everything in one transaction, by a superuser's session; it belongs to the owner afterwards. */
    void write(Connection connection, SchemaName schema, Release release, String owner) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION ROLE " + owner);
            for (SchemaHistory.Part part : history.partsTo(schema, release)) {
                run(part, owner, statement);
            }
        }
        MigrationLog log = new MigrationLog(connection, schema);
        log.ensureTable();
        log.addApplied(history.upTo(schema, release));
        if (schema == SchemaName.FRONTEND) {
            fillVersions(connection, release);
            fillOutOfBandMigrations(connection, release);
        }
        connection.commit();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE");
        }
    }

    /** Everything belongs to the owner, as in a real instance, but for what only a superuser can make. */
    private static void run(SchemaHistory.Part part, String owner, Statement statement) throws SQLException {
        if (part.privileged()) {
            statement.execute("RESET ROLE");
        }
        statement.execute(part.sql());
        if (part.privileged()) {
            statement.execute("SET SESSION ROLE " + owner);
        }
    }

    private static void fillVersions(Connection connection, Release release) throws SQLException {
        Release first = SchemaHistory.FIRST;
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO versions (service, version) VALUES ('frontend', ?)")) {
            insert.setString(1, first.toString());
            insert.executeUpdate();
        }
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE versions SET version = ?, updated_at = now() WHERE service = 'frontend'")) {
            update.setString(1, release.toString());
            update.executeUpdate();
        }
    }

    /** All finished, as an instance's are that has been running for a while. */
    private void fillOutOfBandMigrations(Connection connection, Release release) throws SQLException {
        OutOfBandTable table = new OutOfBandTable(connection);
        List<OutOfBandMigration> rows = outOfBandMigrations.rowsAt(release);
        table.synchronize(rows);
        for (OutOfBandMigration row : rows) {
            table.setProgress(row.id(), 1);
        }
    }
}
