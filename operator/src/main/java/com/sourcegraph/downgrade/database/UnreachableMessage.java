package com.sourcegraph.downgrade.database;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;

/** Says in one sentence why a database did not answer and where to look. */
final class UnreachableMessage {
    private UnreachableMessage() {}

    /** Not redacted yet. */
    static String of(DatabaseCredentials database, Exception cause) {
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return "The database of schema " + database.describe() + " did not answer: " + reason.strip() + ". "
                + advice(database, cause);
    }

    /** For a server that was still answering when the time for the whole look was over. */
    static String tooSlow(DatabaseCredentials database, Duration whole) {
        return "The database of schema " + database.describe() + " had not answered everything after "
                + whole.toSeconds() + " s, and the connection was cut off. "
                + "Check that it is the instance's PostgreSQL, and how busy it and its node are";
    }

    private static String advice(DatabaseCredentials database, Exception cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof UnknownHostException) {
                return "The operator's pod cannot resolve that host; check the variable "
                        + database.schema().envPrefix() + "PGHOST of the frontend and whether the Service exists";
            }
        }
        String state = cause instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
        if (state.startsWith("28")) {
            return "The server refuses user and password of the frontend's environment; check the variables "
                    + database.schema().envPrefix() + "PGUSER and "
                    + database.schema().envPrefix() + "PGPASSWORD";
        }
        if (state.equals("3D000")) {
            return "The server has no such database; check the variable "
                    + database.schema().envPrefix() + "PGDATABASE";
        }
        if (state.equals("57014") || state.equals("55P03")) {
            return "The server answers, but something holds the operator's question up; see pg_stat_activity";
        }
        return "Check that its pod is ready, and that network policies let the operator's namespace in";
    }
}
