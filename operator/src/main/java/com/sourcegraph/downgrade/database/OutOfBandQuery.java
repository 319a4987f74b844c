package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.VersionFormatException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code out_of_band_migrations}. Before 3.29 the versions were texts ({@code introduced}, {@code deprecated});
 * since then each is a pair of numbers.
 */
final class OutOfBandQuery {
    private static final Minor UNKNOWN = new Minor(0, 0);

    /** There have been some thirty in all releases together. */
    private static final int MOST = 1_000;

    private final Connection connection;
    private final Catalog catalog;

    OutOfBandQuery(Connection connection, Catalog catalog) {
        this.connection = connection;
        this.catalog = catalog;
    }

    List<OutOfBandMigration> all() throws SQLException {
        boolean numbers = catalog.columns("out_of_band_migrations").contains("introduced_version_major");
        String versions = numbers
                ? "introduced_version_major || '.' || introduced_version_minor,"
                        + " deprecated_version_major || '.' || deprecated_version_minor"
                : "introduced, deprecated";
        List<OutOfBandMigration> migrations = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT id, left(team, 200), left(component, 200), left(description, 1000), progress, non_destructive, apply_reverse, "
                        + versions + " FROM out_of_band_migrations ORDER BY id")) {
            statement.setMaxRows(MOST);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    migrations.add(new OutOfBandMigration(
                            rows.getInt(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getDouble(5),
                            rows.getBoolean(6),
                            rows.getBoolean(7),
                            minor(rows.getString(8)).orElse(UNKNOWN),
                            minor(rows.getString(9))));
                }
            }
        }
        return migrations;
    }

    private static Optional<Minor> minor(String text) {
        try {
            return text == null || text.isBlank() ? Optional.empty() : Optional.of(Minor.parse(text));
        } catch (VersionFormatException e) {
            return Optional.empty();
        }
    }
}
