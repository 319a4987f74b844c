package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who else was connected to an instance's databases while a migrator changed them, as the migrator stand-in saw it. Kept in
 * the frontend's database under a schema that no release knows: neither the migrator's commands nor drift see it.
 */
public final class SessionNotes {
    private static final String TABLE = "testkit.session_notes";

    private static final String CREATE = "CREATE SCHEMA IF NOT EXISTS testkit; CREATE TABLE IF NOT EXISTS " + TABLE
            + " (noted_at timestamptz DEFAULT clock_timestamp(), occasion text, database text, others text[])";

    /** The backend's type is hidden from roles without privileges; there PostgreSQL's own workers are told by having no user. */
    private static final String OTHERS = "SELECT application_name FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            + " AND (backend_type = 'client backend' OR backend_type IS NULL AND usesysid IS NOT NULL)";

    private final Connection frontend;

    public SessionNotes(Connection frontend) throws SQLException {
        this.frontend = frontend;
        try (Statement statement = frontend.createStatement()) {
            statement.execute(CREATE);
        }
    }

    /** The application names of all sessions at a database beside that connection itself. */
    public static List<String> others(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(OTHERS)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    public void add(String occasion, SchemaName schema, List<String> others) throws SQLException {
        try (PreparedStatement insert =
                frontend.prepareStatement("INSERT INTO " + TABLE + " (occasion, database, others) VALUES (?, ?, ?)")) {
            insert.setString(1, occasion);
            insert.setString(2, schema.label());
            insert.setArray(3, frontend.createArrayOf("text", others.toArray()));
            insert.executeUpdate();
        }
    }

    /** How notes call the moment before a revert. */
    public static String revert(SchemaName schema, int migration) {
        return "revert of " + schema.label() + " " + migration;
    }

    /** SQL for the frontend's database: whether there are notes at all, {@code t} or {@code f}. */
    public static String exist() {
        return "SELECT to_regclass('" + TABLE + "') IS NOT NULL";
    }

    /** SQL for the frontend's database: its reverts that nobody has looked around at; one NULL for none. */
    public static String missing() {
        return "SELECT string_agg(version::text, ', ') FROM migration_logs WHERE NOT up AND '"
                + revert(SchemaName.FRONTEND, 0).replace("0", "")
                + "' || version NOT IN (SELECT occasion FROM " + TABLE + ")";
    }

    /**
     * SQL for the frontend's database: who was connected beside a migrator at work, with where and when; one NULL for nobody.
     *
     * @param expected application names of those that may be
     */
    public static String unexpected(String... expected) {
        String names = Arrays.stream(expected).map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        return "SELECT string_agg(name || ' at ' || database || ' (' || occasion || ', ' || noted_at || ')', ', ')"
                + " FROM " + TABLE + ", unnest(others) AS name WHERE name <> ALL (ARRAY[" + names + "]::text[])";
    }
}
