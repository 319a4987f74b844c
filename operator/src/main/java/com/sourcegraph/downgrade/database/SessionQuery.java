package com.sourcegraph.downgrade.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads who else is connected to a database. */
final class SessionQuery {
    /** More than any PostgreSQL bears; and none of an honest one's may be left out, because a run waits for them to go. */
    private static final int MOST = 10_000;

    private static final String COLUMNS =
            "a.application_name, host(a.client_addr), a.state, a.usename, a.pid, a.backend_start";

    /** It is shown beside a command; a server that is not PostgreSQL may answer anything. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F.:]{2,45}");

    private final Connection connection;

    SessionQuery(Connection connection) {
        this.connection = connection;
    }

    /**
     * Every other client. {@code backend_type} is hidden from roles without {@code pg_read_all_stats}; there a session
     * with a user is taken for a client, since PostgreSQL's own workers have none.
     */
    List<Session> others() throws SQLException {
        return sessions("SELECT " + COLUMNS + " FROM pg_stat_activity a"
                + " WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()"
                + " AND (a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.usesysid IS NOT NULL)"
                + " ORDER BY a.application_name, a.pid");
    }

    /**
     * The migrator takes {@code pg_try_advisory_lock(<key of the schema>, 0)}: a lock with two keys, the second being 0.
     * Services lock with two keys as well, but with others.
     */
    Optional<Session> migratorLockHolder() throws SQLException {
        return sessions("SELECT " + COLUMNS + " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                        + " WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.objid = 0 AND l.granted"
                        + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                        + " ORDER BY a.application_name = 'migrator' DESC, a.pid LIMIT 1")
                .stream()
                .findFirst();
    }

    private List<Session> sessions(String sql) throws SQLException {
        List<Session> sessions = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setMaxRows(MOST);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String name = rows.getString(1);
                    String user = rows.getString(4);
                    sessions.add(new Session(
                            name == null ? "" : name,
                            Optional.ofNullable(rows.getString(2)).filter(ADDRESS.asMatchPredicate()),
                            Optional.ofNullable(rows.getString(3)),
                            user == null ? "" : user,
                            rows.getInt(5),
                            Optional.ofNullable(rows.getTimestamp(6)).map(Timestamp::toInstant)));
                }
            }
        }
        return sessions;
    }
}
