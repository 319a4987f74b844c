package com.sourcegraph.downgrade.testkit.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The migrator's lock on a schema: a session's advisory lock {@code (key, 0)}, where the key is a hash of the migrations
 * table's name. It goes with the session.
 */
public record AdvisoryLock(int key) {
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    public static AdvisoryLock of(SchemaName schema) {
        int hash = FNV_OFFSET;
        for (byte next : (schema.migrationsTable() + ":migrations").getBytes(StandardCharsets.UTF_8)) {
            hash = (hash * FNV_PRIME) ^ (next & 0xff);
        }
        return new AdvisoryLock((int) (Integer.toUnsignedLong(hash) % Integer.MAX_VALUE));
    }

    public boolean tryAcquire(Connection connection) throws SQLException {
        return ask(connection, "SELECT pg_try_advisory_lock(?, 0)");
    }

    public boolean release(Connection connection) throws SQLException {
        return ask(connection, "SELECT pg_advisory_unlock(?, 0)");
    }

    private boolean ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setInt(1, key);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
