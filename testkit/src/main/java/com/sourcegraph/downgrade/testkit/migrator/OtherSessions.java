package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import com.sourcegraph.downgrade.testkit.postgres.SessionNotes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Looks around before each change of a downgrade. The real migrator does not, and would go on as this one does; but tests can
 * read from it who was connected at that very moment.
 */
final class OtherSessions {
    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final int MOMENTS = 40;

    private final MigratorRun run;
    private final MigratorDatabases databases;

    OtherSessions(MigratorRun run, MigratorDatabases databases) {
        this.run = run;
        this.databases = databases;
    }

    void note(String occasion) throws SQLException {
        SessionNotes notes = new SessionNotes(databases.connection(SchemaName.FRONTEND));
        for (SchemaName schema : SchemaName.values()) {
            notes.add(occasion, schema, named(databases.connection(schema)));
        }
    }

    /** Clients say who they are in their first statement: one without a name may have come just now. */
    private List<String> named(Connection connection) throws SQLException {
        List<String> others = SessionNotes.others(connection);
        for (int moment = 0; others.contains("") && moment < MOMENTS; moment++) {
            run.process().pause(MOMENT);
            others = SessionNotes.others(connection);
        }
        return others;
    }
}
