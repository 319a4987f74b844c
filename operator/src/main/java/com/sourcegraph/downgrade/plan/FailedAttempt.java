package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorFailure;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.migrator.MigratorPhase;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An attempt of the migrator that has ended without success. It stays one when its Job is removed, by hand, by a tool that cleans
 * up or by a policy that gives finished Jobs a time to live: what the journal tells of it is enough to decide what follows.
 *
 * @param job its Job's name
 * @param cause why it failed, if that could be read
 * @param told the cause and what was seen of it, for people
 * @param gone whether the Job is no longer there, and its log with it
 */
record FailedAttempt(String job, Optional<FailureClass> cause, String told, boolean gone) {

    private static final String UNREAD = "no reason could be read";

    private static final Set<String> NOT_BEGUN_OR_DONE = Set.of(MigratorPhase.STARTING.id(), MigrationNotes.FINISHED);

    static FailedAttempt of(MigratorJobState job, JobResult result) {
        return new FailedAttempt(
                job.name(),
                result.failure().map(MigratorFailure::failureClass),
                result.failure()
                        .map(failure -> failure.failureClass() + ": " + failure.evidence())
                        .orElse(UNREAD),
                false);
    }

    /**
     * As it was told when its end was first seen. What is left of it gets less: without its pod there is no log, and what had failed in the
     * SQL would look killed, and be tried again without a grant.
     */
    static Optional<FailedAttempt> told(Journal journal, MigratorJobState job) {
        return journal.migration()
                .filter(migration -> job.name().equals(migration.job())
                        && MigratorPhase.FAILED.id().equals(migration.phase()))
                .map(migration -> new FailedAttempt(
                        migration.job(), cause(migration.lastError()), String.valueOf(migration.lastError()), false))
                .filter(attempt -> attempt.cause()
                        .filter(cause -> cause != FailureClass.UNKNOWN)
                        .isPresent());
    }

    private static Optional<FailureClass> cause(String told) {
        return Arrays.stream(FailureClass.values())
                .filter(known -> told != null && told.startsWith(known + ": "))
                .findFirst();
    }

    /**
     * The current attempt by the journal alone, for where its Job is gone; empty where it has not begun, so that it can be started
     * under the same number. One that was at work when it was last seen, and whose end nobody saw, was killed as far as anybody can
     * tell.
     */
    static Optional<FailedAttempt> journalled(Journal journal) {
        return journal.migration()
                .filter(migration -> migration.job() != null
                        && migration.phase() != null
                        && !NOT_BEGUN_OR_DONE.contains(migration.phase()))
                .map(FailedAttempt::gone);
    }

    private static FailedAttempt gone(MigrationStatus migration) {
        if (!MigratorPhase.FAILED.id().equals(migration.phase())) {
            return new FailedAttempt(
                    migration.job(),
                    Optional.of(FailureClass.KILLED),
                    FailureClass.KILLED + ": it was at work when it was last seen, and nobody saw its end",
                    true);
        }
        String told = Objects.requireNonNullElse(migration.lastError(), UNREAD);
        return new FailedAttempt(migration.job(), cause(told), told, true);
    }
}
