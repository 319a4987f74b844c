package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every check, first those that only read, then the migrator's own dry run and the drift of each schema. */
final class PreflightPolicy implements StepPolicy {

    private final ChecksJudge judge = new ChecksJudge();

    @Override
    public StepName step() {
        return StepName.PREFLIGHT;
    }

    @Override
    public Decision decide(Situation situation) {
        return situation.journal().plan().isEmpty() ? resolve(situation) : dryRun(situation, situation.plan());
    }

    private Decision resolve(Situation situation) {
        if (situation.facts().preflight().isEmpty()) {
            return Decision.look(Need.PREFLIGHT);
        }
        PreflightReport report = situation.facts().preflight().get();
        List<JournalEntry> entries = new ArrayList<>();
        entries.add(new JournalEntry.Checked(report.checks()));
        entries.addAll(WorkloadNotes.of(situation));
        report.plan().ifPresent(plan -> {
            entries.add(new JournalEntry.Planned(plan));
            entries.add(new JournalEntry.VersionSeen(true, plan.from()));
        });
        if (report.passed().isEmpty()) {
            return new Decision.Go(
                    entries,
                    new Move.Wait(
                            step(),
                            "Waits for the failed checks to be repaired",
                            Planner.REPAIR,
                            Optional.of(PlanRenewal.failed(situation, report))));
        }
        return new Decision.Go(entries, new Move.Note());
    }

    private Decision dryRun(Situation situation, PlanStatus plan) {
        if (plan.strategy() != Strategy.MIGRATOR) {
            return Decision.go(new Move.Conclude(step(), StepState.DONE, "All checks passed"));
        }
        if (situation.facts().jobs().isEmpty()) {
            return Decision.look(Need.JOBS);
        }
        int attempt = Math.max(1, situation.journal().attempt(step()));
        Optional<MigratorJobState> job = JobLookup.find(situation, MigratorJobKind.CHECKS, attempt);
        if (job.isEmpty()) {
            if (situation.facts().databases().isEmpty()) {
                return Decision.look(Need.DATABASES);
            }
            if (situation.facts().databases().get() instanceof DatabaseFacts.Seen seen
                    && SchemaRule.problems(seen.state(), situation.to().toMinor())
                            .isEmpty()) {
                // The migrator would refuse: it wants the row to be where it starts from.
                return Decision.go(new Move.Conclude(
                        step(),
                        StepState.DONE,
                        "All checks passed; the schemas are at "
                                + situation.to().toMinor() + " already"));
            }
            return Decision.go(
                    new Move.Perform(
                            step(),
                            new Action.StartChecks(attempt),
                            "Starting the migrator's dry run and the drift check of each schema"),
                    new JournalEntry.Attempt(step(), attempt));
        }
        if (!job.get().isFinished()) {
            return Decision.go(JobLookup.waitFor(situation, step(), job.get(), "the migrator's dry run"));
        }
        if (situation.facts().jobResult().isEmpty()) {
            return Decision.look(Need.JOB_RESULT);
        }
        ChecksJudge.Judgement judgement =
                judge.judge(situation, situation.facts().jobResult().get());
        if (judgement.passed()) {
            return new Decision.Go(judgement.entries(), new Move.Conclude(step(), StepState.DONE, "All checks passed"));
        }
        Instant ended = job.get().finished().orElse(situation.now());
        if (!situation.now().isBefore(ended.plus(Backoff.after(attempt)))) {
            return Decision.go(
                    new Move.Note(), new JournalEntry.PlanDropped(), new JournalEntry.Attempt(step(), attempt + 1));
        }
        return new Decision.Go(
                judgement.entries(),
                new Move.Wait(
                        step(),
                        "Waits for the failed checks to be repaired",
                        Planner.REPAIR,
                        Optional.of(PlanRenewal.failed(
                                situation, new PreflightReport(judgement.checks(), Optional.of(plan))))));
    }
}
