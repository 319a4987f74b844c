package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.DriftCheck;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Proves that the schemas are where the migrator said it took them: the row, the logs, and the drift of each schema. */
final class VerifySchemaPolicy implements StepPolicy {

    private final QuiescePolicy quiesce = new QuiescePolicy();

    @Override
    public StepName step() {
        return StepName.VERIFY_SCHEMA;
    }

    @Override
    public Decision decide(Situation situation) {
        Facts facts = situation.facts();
        if (facts.jobs().isEmpty()) {
            return Decision.look(Need.JOBS);
        }
        // The newer frontend runs "migrator up" when it starts: whoever brings it back now would undo the downgrade.
        Optional<Decision> loud = quiesce.untilQuiet(situation, step());
        if (loud.isPresent()) {
            return loud.get();
        }
        DatabaseFacts.Seen seen = (DatabaseFacts.Seen) facts.databases().get();
        List<String> wrong = SchemaRule.problems(seen.state(), situation.to().toMinor());
        if (!wrong.isEmpty()) {
            return Decision.go(new Move.Wait(
                    step(),
                    "The schemas are not verified",
                    Planner.REPAIR,
                    Optional.of(new Stop(
                            Reason.SCHEMA_NOT_VERIFIED,
                            "The migrator ended well, but the schemas are not at "
                                    + situation.to().toMinor() + ": " + String.join("; ", wrong),
                            "Repair it with the migrator's own commands; the run goes on by itself: "
                                    + situation
                                            .run()
                                            .kubectl("describe sgdowngrade "
                                                    + situation.run().name())))));
        }
        return drift(situation, seen);
    }

    private Decision drift(Situation situation, DatabaseFacts.Seen seen) {
        int attempt = Math.max(1, situation.journal().attempt(step()));
        Optional<MigratorJobState> job = JobLookup.find(situation, MigratorJobKind.DRIFT, attempt);
        if (job.isEmpty()) {
            return Decision.go(
                    new Move.Perform(step(), new Action.StartDrift(attempt), "Looking for drift in each schema"),
                    new JournalEntry.Attempt(step(), attempt));
        }
        if (!job.get().isFinished()) {
            if (situation.spec().recovery().acceptDrift()) {
                return Decision.go(new Move.Conclude(
                        step(),
                        StepState.DONE,
                        "Versions row and logs are those of the target; drift is accepted and was not waited for"));
            }
            return Decision.go(JobLookup.waitFor(situation, step(), job.get(), "the drift check"));
        }
        if (situation.facts().jobResult().isEmpty()) {
            return Decision.look(Need.JOB_RESULT);
        }
        DriftComparison drift = DriftComparison.after(
                situation.journal(), situation.facts().jobResult().get());
        List<JournalEntry> entries = new ArrayList<>();
        entries.add(new JournalEntry.DriftAfter(drift.summaries(), drift.introduced()));
        SchemaRule.row(seen.state()).ifPresent(row -> entries.add(new JournalEntry.VersionSeen(false, row.toString())));
        boolean tolerated = situation.spec().recovery().acceptDrift()
                || (drift.introduced().isEmpty() && situation.spec().migrator().driftCheck() == DriftCheck.SKIP);
        if ((drift.introduced().isEmpty() && drift.undetermined().isEmpty()) || tolerated) {
            return new Decision.Go(entries, new Move.Conclude(step(), StepState.DONE, drift.summary()));
        }
        Instant ended = job.get().finished().orElse(situation.now());
        if (!situation.now().isBefore(ended.plus(Backoff.after(attempt)))) {
            entries.add(new JournalEntry.Attempt(step(), attempt + 1));
            return new Decision.Go(entries, new Move.Note());
        }
        return new Decision.Go(
                entries,
                new Move.Wait(
                        step(),
                        drift.summary(),
                        Planner.REPAIR,
                        Optional.of(new Stop(
                                Reason.DRIFT_INTRODUCED,
                                drift.summary(),
                                "Apply what the migrator suggests ("
                                        + situation
                                                .run()
                                                .kubectl("logs job/" + job.get().name() + " --all-containers")
                                        + "), which is noticed by itself, or accept it: "
                                        + situation
                                                .run()
                                                .patchCommand("{\"spec\":{\"recovery\":{\"acceptDrift\":true}}}")))));
    }
}
