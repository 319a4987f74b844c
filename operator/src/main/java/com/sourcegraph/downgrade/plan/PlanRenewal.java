package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StatusTime;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        // One that does not say when it was made, or says a time that is still to come, is as good as old.
        boolean fresh = StatusTime.read(plan.resolvedAt())
                .filter(made -> !made.isAfter(situation.now()))
                .filter(made -> !situation.now().isAfter(made.plus(FRESH)))
                .isPresent();
        return fresh ? Optional.empty() : anew(situation, step);
    }

    /** Has the plan checked again whatever its age. */
    Optional<Decision> anew(Situation situation, StepName step) {
        PlanStatus plan = situation.plan();
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
        List<JournalEntry> entries = new ArrayList<>();
        entries.add(new JournalEntry.Checked(report.checks()));
        if (dryRunStands(plan, renewed.get())) {
            entries.add(new JournalEntry.Planned(PlanDigest.withHops(renewed.get(), plan.hops())));
        } else {
            entries.add(new JournalEntry.Planned(renewed.get()));
            entries.add(new JournalEntry.Reopened(StepName.PREFLIGHT));
            entries.add(new JournalEntry.Attempt(
                    StepName.PREFLIGHT, situation.journal().attempt(StepName.PREFLIGHT) + 1));
        }
        return Optional.of(new Decision.Go(entries, new Move.Note()));
    }

    /**
     * Whether the migrator's dry run and the drift before the run are those of the renewed plan too. They are not where the
     * plan has come to need the migrator only now, as when data was moved out-of-band while it waited for approval.
     */
    private static boolean dryRunStands(PlanStatus old, PlanStatus renewed) {
        return renewed.strategy() != Strategy.MIGRATOR
                || (old.strategy() == Strategy.MIGRATOR
                        && old.from().equals(renewed.from())
                        && old.to().equals(renewed.to())
                        && Objects.equals(old.migratorImage(), renewed.migratorImage()));
    }

    /** The stop that a failed preflight is. */
    static Stop failed(Situation situation, PreflightReport report) {
        List<CheckStatus> failed = report.failed();
        CheckStatus first = failed.get(0);
        String names = failed.stream().map(CheckStatus::name).collect(Collectors.joining(", "));
        String look = situation
                .run()
                .kubectl("describe sgdowngrade " + situation.run().name());
        String remedy = first.remedy() == null || first.remedy().isBlank()
                ? "Look at status.checks: " + look
                : first.remedy().contains("kubectl ")
                        ? first.remedy()
                        : stripped(first.remedy()) + "; the run goes on by itself. All checks: " + look;
        return new Stop(
                Reason.PREFLIGHT_FAILED,
                (failed.size() == 1
                                ? "Check " + names + " failed: "
                                : failed.size() + " checks failed (" + names + "). First: ")
                        + first.message(),
                remedy);
    }

    private static String stripped(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
