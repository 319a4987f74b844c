package com.sourcegraph.downgrade.database;

import java.util.List;
import java.util.Optional;

/** What one look found in one schema's database. */
public sealed interface SchemaState {
    /**
     * The database answered. Lists of aspects that were not asked for are empty.
     *
     * @param serverVersionNum as PostgreSQL counts: 120022 is 12.22
     * @param hasMigrationLogs false if the table is missing: no migrator has ever been here (or it was not asked for)
     * @param failed migrations whose last application failed: the migrator calls the database dirty
     * @param pending migrations whose application began and has no end: it runs, or its migrator died in it
     * @param interruptedReverts the same for reverts: a migrator running again would skip these without a word, so the
     *     list must be empty before a retry
     * @param applied migrations in place, by the migrator's own rules
     * @param sessions all other clients, this look's own connection left out
     * @param migratorLockHolder who holds the migrator's advisory lock on this schema
     */
    record Reachable(
            int serverVersionNum,
            boolean hasMigrationLogs,
            List<MigrationLog> failed,
            List<MigrationLog> pending,
            List<MigrationLog> interruptedReverts,
            int applied,
            List<Session> sessions,
            Optional<Session> migratorLockHolder)
            implements SchemaState {
        public Reachable {
            failed = List.copyOf(failed);
            pending = List.copyOf(pending);
            interruptedReverts = List.copyOf(interruptedReverts);
            sessions = List.copyOf(sessions);
        }

        public int serverMajor() {
            return serverVersionNum / 10_000;
        }

        /** No migration failed, none is half done. */
        public boolean isClean() {
            return failed.isEmpty() && pending.isEmpty() && interruptedReverts.isEmpty();
        }

        public List<Session> serviceSessions() {
            return sessions.stream().filter(Session::isService).toList();
        }
    }

    /** The database did not answer, or refused. @param message for people, redacted */
    record Unreachable(String message) implements SchemaState {}
}
