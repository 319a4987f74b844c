package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The tables {@code out_of_band_migrations} and {@code out_of_band_migrations_errors} of a frontend database. */
public final class OutOfBandTable {
    private final Connection connection;

    public OutOfBandTable(Connection connection) {
        this.connection = connection;
    }

    /** One row. {@code progress} goes from 0 to 1 on the way forward and back to 0 in reverse. */
    public record Row(
            int id,
            double progress,
            boolean nonDestructive,
            boolean applyReverse,
            Release introduced,
            Optional<Release> deprecated) {
        public boolean complete() {
            return progress == (applyReverse ? 0 : 1);
        }
    }

    /** Writes what is known of each migration; progress and direction of rows that are there stay. */
    public void synchronize(Collection<OutOfBandMigration> migrations) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO out_of_band_migrations (id, team, component, description, non_destructive, is_enterprise,
                    introduced_version_major, introduced_version_minor,
                    deprecated_version_major, deprecated_version_minor, created)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, now())
                ON CONFLICT (id) DO UPDATE SET team = excluded.team, component = excluded.component,
                    description = excluded.description, non_destructive = excluded.non_destructive,
                    is_enterprise = excluded.is_enterprise,
                    introduced_version_major = excluded.introduced_version_major,
                    introduced_version_minor = excluded.introduced_version_minor,
                    deprecated_version_major = excluded.deprecated_version_major,
                    deprecated_version_minor = excluded.deprecated_version_minor
                """)) {
            for (OutOfBandMigration migration : migrations) {
                upsert.setInt(1, migration.id());
                upsert.setString(2, migration.team());
                upsert.setString(3, migration.component());
                upsert.setString(4, migration.description());
                upsert.setBoolean(5, migration.nonDestructive());
                upsert.setBoolean(6, migration.enterprise());
                upsert.setInt(7, migration.introduced().major());
                upsert.setInt(8, migration.introduced().minor());
                upsert.setObject(9, migration.deprecated().map(Release::major).orElse(null), Types.INTEGER);
                upsert.setObject(10, migration.deprecated().map(Release::minor).orElse(null), Types.INTEGER);
                upsert.addBatch();
            }
            upsert.executeBatch();
        }
    }

    public void setProgress(int id, double progress) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE out_of_band_migrations SET progress = ?, last_updated = clock_timestamp() WHERE id = ?")) {
            update.setDouble(1, progress);
            update.setInt(2, id);
            update.executeUpdate();
        }
    }

    public void setDirection(Collection<Integer> ids, boolean applyReverse) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE out_of_band_migrations SET apply_reverse = ? WHERE id = ANY (?)")) {
            update.setBoolean(1, applyReverse);
            update.setArray(2, connection.createArrayOf("integer", ids.toArray()));
            update.executeUpdate();
        }
    }

    public void addError(int id, String message) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO out_of_band_migrations_errors (migration_id, message) VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, message);
            insert.executeUpdate();
        }
    }

    /** All rows, ordered by id. */
    public List<Row> rows() throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT id, progress, non_destructive, apply_reverse,"
                                + " introduced_version_major, introduced_version_minor,"
                                + " deprecated_version_major, deprecated_version_minor"
                                + " FROM out_of_band_migrations ORDER BY id");
                ResultSet result = query.executeQuery()) {
            List<Row> rows = new ArrayList<>();
            while (result.next()) {
                int deprecatedMajor = result.getInt(7);
                Optional<Release> deprecated = result.wasNull()
                        ? Optional.empty()
                        : Optional.of(Release.minor(deprecatedMajor, result.getInt(8)));
                rows.add(new Row(
                        result.getInt(1),
                        result.getDouble(2),
                        result.getBoolean(3),
                        result.getBoolean(4),
                        Release.minor(result.getInt(5), result.getInt(6)),
                        deprecated));
            }
            return rows;
        }
    }
}
