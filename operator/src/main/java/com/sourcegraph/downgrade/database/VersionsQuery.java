package com.sourcegraph.downgrade.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** Reads the frontend's row of table {@code versions}, which had three columns before 5.1 and gained two since. */
final class VersionsQuery {
    private final Connection connection;
    private final Catalog catalog;

    VersionsQuery(Connection connection, Catalog catalog) {
        this.connection = connection;
        this.catalog = catalog;
    }

    Optional<VersionsRow> row() throws SQLException {
        Set<String> columns = catalog.columns("versions");
        String sql = "SELECT left(version, 200), "
                + (columns.contains("first_version") ? "left(first_version, 200)" : "NULL::text") + ", "
                + (columns.contains("auto_upgrade") ? "auto_upgrade" : "NULL::boolean")
                + " FROM versions WHERE service = 'frontend'";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setMaxRows(1);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                return Optional.of(new VersionsRow(
                        rows.getString(1),
                        Optional.ofNullable(rows.getString(2)),
                        Optional.ofNullable(rows.getObject(3, Boolean.class))));
            }
        }
    }
}
