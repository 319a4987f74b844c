package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The version row as a starting frontend reads and writes it. */
final class InstanceVersion {
    private final Connection connection;

    InstanceVersion(Connection connection) {
        this.connection = connection;
    }

    Optional<String> get() throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT version FROM versions WHERE service = 'frontend'");
                ResultSet rows = query.executeQuery()) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    /** Puts the frontend's own version there, whether newer or older than what stands. */
    void put(Release release) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO versions (service, version, updated_at) VALUES ('frontend', ?, now())"
                        + " ON CONFLICT (service) DO UPDATE"
                        + " SET version = excluded.version, updated_at = excluded.updated_at")) {
            upsert.setString(1, release.toString());
            upsert.executeUpdate();
        }
    }
}
