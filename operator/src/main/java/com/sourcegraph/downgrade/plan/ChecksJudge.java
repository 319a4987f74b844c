package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.DriftCheck;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.migrator.DriftResult;
import com.sourcegraph.downgrade.migrator.MigratorFailure;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns what the migrator's dry run and drift commands said into checks. */
final class ChecksJudge {

    static final String DRY_RUN = "MigratorDryRun";
    static final String DRIFT = "SchemaDrift";

    /** What was found, as checks and journal entries. */
    record Judgement(List<CheckStatus> checks, List<JournalEntry> entries) {
        boolean passed() {
            return checks.stream().noneMatch(check -> check.result() == CheckResult.FAILED);
        }
    }

    Judgement judge(Situation situation, JobResult result) {
        List<CheckStatus> checks = List.of(dryRun(situation, result), drift(situation, result));
        List<JournalEntry> entries = new ArrayList<>();
        entries.add(new JournalEntry.Checked(checks));
        entries.add(new JournalEntry.DriftBefore(DriftComparison.summarise(result)));
        List<String> hops = result.hops().stream().map(Minor::toString).toList();
        situation
                .journal()
                .status()
                .map(SourcegraphDowngradeStatus::plan)
                .ifPresent(plan -> entries.add(new JournalEntry.Planned(PlanDigest.withHops(plan, hops))));
        return new Judgement(checks, entries);
    }

    private static CheckStatus dryRun(Situation situation, JobResult result) {
        Optional<MigratorFailure> failure = result.failure();
        if (failure.isPresent()) {
            return new CheckStatus(
                    DRY_RUN,
                    CheckResult.FAILED,
                    "The migrator's dry run failed (" + failure.get().failureClass() + "): "
                            + failure.get().evidence(),
                    "Read its log, repair the cause, and wait for the next try: "
                            + situation.run().kubectl("logs job/" + result.job() + " -c dry-run"));
        }
        String hops = result.hops().isEmpty() ? "no hops" : "hops " + result.hops();
        return new CheckStatus(DRY_RUN, CheckResult.PASSED, "The migrator knows the way: " + hops, null);
    }

    private static CheckStatus drift(Situation situation, JobResult result) {
        List<String> found = new ArrayList<>();
        for (Schema schema : Schema.values()) {
            DriftResult drift = result.drift().get(schema);
            if (drift instanceof DriftResult.Found problems) {
                found.add(schema + " has drifted: "
                        + String.join(
                                "; ", problems.problems().stream().limit(3).toList()));
            } else if (drift instanceof DriftResult.Undetermined unknown) {
                found.add("the drift of " + schema + " cannot be told: " + unknown.reason());
            } else if (drift == null) {
                found.add("the drift check of " + schema + " left no result");
            }
        }
        if (found.isEmpty()) {
            return new CheckStatus(DRIFT, CheckResult.PASSED, "No schema has drifted", null);
        }
        boolean skip = situation.spec().migrator().driftCheck() == DriftCheck.SKIP;
        return new CheckStatus(
                DRIFT,
                skip ? CheckResult.WARNING : CheckResult.FAILED,
                String.join(". ", found),
                skip
                        ? null
                        : "Apply what the migrator suggests ("
                                + situation.run().kubectl("logs job/" + result.job() + " --all-containers")
                                + "), or create the resource anew with spec.migrator.driftCheck: Skip");
    }
}
