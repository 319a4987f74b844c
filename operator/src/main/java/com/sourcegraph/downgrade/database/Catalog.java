package com.sourcegraph.downgrade.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * Which tables and columns a database has. Asked before every query on a table that some release lacks: a failed
 * statement would end the transaction.
 */
final class Catalog {
    /** PostgreSQL allows 1,600 columns in a table. */
    private static final int MOST_COLUMNS = 1_600;

    private final Connection connection;

    Catalog(Connection connection) {
        this.connection = connection;
    }

    boolean hasTable(String table) throws SQLException {
        return !columns(table).isEmpty();
    }

    /** The columns of the table that the search path leads to. */
    Set<String> columns(String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT attname FROM pg_attribute"
                + " WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped")) {
            statement.setString(1, table);
            statement.setMaxRows(MOST_COLUMNS);
            try (ResultSet rows = statement.executeQuery()) {
                Set<String> columns = new HashSet<>();
                while (rows.next()) {
                    columns.add(rows.getString(1));
                }
                return columns;
            }
        }
    }

    int serverVersionNum() throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT current_setting('server_version_num')::int");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
