package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes sure that what is about to be acted on is still the plan that was checked: a plan that waited for a person, or
 * for a long dry run, is checked again.
 */
final class PlanRenewal {

    /** How old a plan may be when the run begins to act on it. */
    static final Duration FRESH = Duration.ofMinutes(3);

    /** What has to happen before the plan is acted on; empty if it is fresh. */
    Optional<Decision> renew(Situation situation, StepName step) {
        PlanStatus plan = situation.plan();
        if (Duration.between(Instant.parse(plan.resolvedAt()), situation.now()).compareTo(FRESH) <= 0) {
            return Optional.empty();
        }
        if (situation.facts().preflight().isEmpty()) {
            return Optional.of(Decision.look(Need.PREFLIGHT));
        }
        PreflightReport report = situation.facts().preflight().get();
        Optional<PlanStatus> renewed = report.passed();
        if (renewed.isEmpty()) {
            return Optional.of(new Decision.Go(
                    List.of(new JournalEntry.Checked(report.checks())),
                    new Move.Wait(
                            step,
                            "Preflight no longer passes",
                            Planner.REPAIR,
                            Optional.of(failed(situation, report)))));
        }
        return Optional.of(new Decision.Go(
                List.of(
                        new JournalEntry.Checked(report.checks()),
                        new JournalEntry.Planned(keepDryRun(plan, renewed.get()))),
                new Move.Note()));
    }

    /** What the migrator's dry run added to the plan is kept: the same from and to give the same hops. */
    private static PlanStatus keepDryRun(PlanStatus old, PlanStatus renewed) {
        return old.from().equals(renewed.from()) && old.to().equals(renewed.to())
                ? PlanDigest.withHops(renewed, old.hops())
                : renewed;
    }

    /** The stop that a failed preflight is. */
    static Stop failed(Situation situation, PreflightReport report) {
        List<CheckStatus> failed = report.failed();
        CheckStatus first = failed.get(0);
        String names = failed.stream().map(CheckStatus::name).collect(Collectors.joining(", "));
        String remedy = first.remedy() == null || first.remedy().isBlank()
                ? "Look at status.checks: "
                        + situation
                                .run()
                                .kubectl("describe sgdowngrade "
                                        + situation.run().name())
                : first.remedy();
        return new Stop(
                Reason.PREFLIGHT_FAILED,
                (failed.size() == 1
                                ? "Check " + names + " failed: "
                                : failed.size() + " checks failed (" + names + "). First: ")
                        + first.message(),
                remedy);
    }
}
