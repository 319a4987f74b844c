package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.MigrationLog;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.release.Schema;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides what follows a migrator that ended without success: another attempt, or a stop for a person. */
final class MigratorFailurePolicy {

    /** Attempts that the operator makes by itself where the failure lay outside the schemas. */
    static final int AUTOMATIC_ATTEMPTS = 3;

    /** Causes that lie outside the schemas and pass; and want of memory, because a further attempt gets more. */
    private static final Set<FailureClass> TRANSIENT =
            EnumSet.of(FailureClass.KILLED, FailureClass.DATABASE_UNAVAILABLE, FailureClass.OUT_OF_MEMORY);

    /** Starts an attempt. */
    interface Retry {
        Decision start(Attempt attempt);
    }

    Decision decide(Situation situation, FailedAttempt failed, DatabaseState state, Retry retry) {
        Optional<Decision> interrupted = interrupted(situation, state);
        if (interrupted.isPresent()) {
            return interrupted.get();
        }
        int attempt = MigrationNotes.attempt(situation.journal());
        String ended = "Job " + failed.job() + " failed (" + failed.told() + ")";
        String why = ", because " + ended;
        if (failed.cause().filter(TRANSIENT::contains).isPresent() && attempt < AUTOMATIC_ATTEMPTS) {
            return retry.start(new Attempt(attempt + 1, false, why));
        }
        int used = MigrationNotes.retriesUsed(situation.journal());
        if (used < situation.spec().recovery().retries()) {
            return retry.start(new Attempt(attempt + 1, true, why));
        }
        return Decision.go(new Move.Wait(
                StepName.MIGRATE,
                "Waits for a decision after attempt " + attempt,
                Planner.REPAIR,
                Optional.of(new Stop(
                        Reason.MIGRATOR_FAILED,
                        ended + (failed.gone() ? " and is gone, its log with it" : "")
                                + ". The services stay at zero; what was reverted stays reverted",
                        (failed.gone()
                                        ? "Repair the cause"
                                        : "Read the log (" + situation.run().kubectl("logs job/" + failed.job())
                                                + "), repair the cause")
                                + ", then grant one more attempt: "
                                + situation
                                        .run()
                                        .patchCommand("{\"spec\":{\"recovery\":{\"retries\":" + (used + 1) + "}}}")))));
    }

    /**
     * A revert that was interrupted has a log entry without an end. The migrator counts it as not applied and skips it,
     * so that a retry would succeed and leave its objects behind: a person has to settle it first.
     */
    Optional<Decision> interrupted(Situation situation, DatabaseState state) {
        Map<Schema, List<MigrationLog>> found = SchemaRule.interrupted(state);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<Schema, List<MigrationLog>> first =
                found.entrySet().iterator().next();
        long id = first.getValue().get(0).version();
        return Optional.of(Decision.go(new Move.Wait(
                StepName.MIGRATE,
                "Waits until interrupted reverts are settled",
                Planner.REPAIR,
                Optional.of(new Stop(
                        Reason.INTERRUPTED_MIGRATION,
                        "The migrator died while it reverted migration " + SchemaRule.ids(first.getValue())
                                + " of schema "
                                + first.getKey()
                                + ". Its transaction was rolled back, but the migrator would skip it when run again",
                        "Mark it as applied again, so that the next attempt reverts it, with the migrator's add-log --db="
                                + first.getKey() + " --version=" + id
                                + " --up=true (docs/stops.md, \"Run the migrator by hand\", has the command); the run goes on by itself. What was found: "
                                + situation
                                        .run()
                                        .kubectl("describe sgdowngrade "
                                                + situation.run().name()))))));
    }
}
