package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The row of {@code versions} that says which release the instance is. */
final class VersionRow {
    private final Connection connection;

    VersionRow(Connection connection) {
        this.connection = connection;
    }

    Optional<String> text() throws SQLException {
        return column("version");
    }

    Optional<String> firstVersion() throws SQLException {
        return column("first_version");
    }

    private Optional<String> column(String name) throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT " + name + " FROM versions WHERE service = 'frontend'");
                ResultSet rows = query.executeQuery()) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    /**
     * @throws MigratorError if there is a row, but what it says is no release
     */
    Optional<Release> release() throws SQLException {
        Optional<String> text = text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Release> release = text.flatMap(Release::parse);
        if (release.isEmpty()) {
            throw new MigratorError("cannot parse version: \"" + text.get() + "\" - expected [v]X.Y[.Z]");
        }
        return release;
    }

    /** The flag of auto-upgrade; false on releases that do not have it. */
    boolean autoUpgrade() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM information_schema.columns"
                        + " WHERE table_name = 'versions' AND column_name = 'auto_upgrade'");
                ResultSet rows = query.executeQuery()) {
            rows.next();
            return rows.getInt(1) > 0
                    && column("auto_upgrade").filter("t"::equals).isPresent();
        }
    }

    /** Writes the target's minor with patch 0. Where the row is missing this changes nothing. */
    void set(Release minor) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE versions SET version = ?, updated_at = now() AT TIME ZONE 'UTC' WHERE service = 'frontend'")) {
            update.setString(1, minor.toMinor().toString());
            update.executeUpdate();
        }
    }
}
