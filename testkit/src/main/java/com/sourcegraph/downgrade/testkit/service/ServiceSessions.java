package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.postgres.DatabaseAddress;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/** The sessions of one container: one for each of its databases, opened again when they are cut. */
final class ServiceSessions implements AutoCloseable {
    private static final String BEAT = """
            INSERT INTO service_heartbeats (service, hostname, last_beat_at) VALUES (?, ?, clock_timestamp())
            ON CONFLICT (service, hostname)
                DO UPDATE SET beats = service_heartbeats.beats + 1, last_beat_at = excluded.last_beat_at
            """;

    private final String applicationName;
    private final String hostname;
    private final Map<SchemaName, DatabaseAddress> addresses;
    private final Map<SchemaName, Connection> connections = new EnumMap<>(SchemaName.class);

    ServiceSessions(String applicationName, String hostname, Map<SchemaName, DatabaseAddress> addresses) {
        this.applicationName = applicationName;
        this.hostname = hostname;
        this.addresses = addresses;
    }

    Connection open(SchemaName schema) throws SQLException {
        Connection connection = connections.get(schema);
        if (connection == null || connection.isClosed()) {
            connection = addresses.get(schema).open(applicationName);
            connections.put(schema, connection);
        }
        return connection;
    }

    /** Writes to each database. */
    void beat() throws SQLException {
        for (SchemaName schema : addresses.keySet()) {
            try (PreparedStatement statement = open(schema).prepareStatement(BEAT)) {
                statement.setString(1, applicationName);
                statement.setString(2, hostname);
                statement.executeUpdate();
            }
        }
    }

    @Override
    public void close() {
        for (Connection connection : connections.values()) {
            try {
                connection.close();
            } catch (SQLException e) {
                // The database was dropped or the session cut: it is closed all the same.
                continue;
            }
        }
        connections.clear();
    }
}
