package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StatusTime;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The last look before the first write: the plan is fresh and the instance is ours. */
final class Gate {

    /**
     * An end that is yet to come, by a clock that was ahead, is taken for one of a minute ago: else the checks would be made again in
     * every turn until it has come. They take less than that.
     */
    private static final Duration JUST_CHECKED = Duration.ofMinutes(1);

    private final PlanRenewal renewal;

    Gate(PlanRenewal renewal) {
        this.renewal = renewal;
    }

    Optional<Decision> beforeActing(Situation situation, StepName step) {
        Optional<Decision> renewed = renewal.renew(situation, step);
        if (renewed.isPresent()) {
            return renewed;
        }
        if (approvalLost(situation)) {
            return Optional.of(Decision.go(new Move.Note(), new JournalEntry.Reopened(StepName.APPROVAL)));
        }
        if (situation.facts().history().isEmpty()) {
            return Optional.of(Decision.look(Need.HISTORY));
        }
        RunHistory history = situation.facts().history().get();
        if (endedSincePlanned(situation, history)) {
            return renewal.anew(situation, step);
        }
        if (history.heldBy(situation.run().uid())) {
            return Optional.empty();
        }
        Optional<RunRecord> holder = history.holder();
        if (holder.isPresent()
                && situation.facts().queue().liveUids().contains(holder.get().uid())) {
            String other = holder.get().name();
            return Optional.of(Decision.go(new Move.Stand(
                    Reason.INSTANCE_BUSY,
                    "SourcegraphDowngrade " + other + " holds the instance",
                    "Wait until it has ended: " + situation.run().kubectl("get sgdowngrade " + other + " -o wide"),
                    Planner.SAFETY_NET)));
        }
        return Optional.of(Decision.go(new Move.Perform(
                step,
                new Action.ClaimInstance(record(situation)),
                "Taking hold of the instance in namespace " + situation.run().namespace())));
    }

    /** Another run that acted after this plan was made has left another instance than the one that was checked. */
    private static boolean endedSincePlanned(Situation situation, RunHistory history) {
        Optional<Instant> planned = StatusTime.read(situation.plan().resolvedAt());
        return history.runs().stream()
                .filter(run -> !run.uid().equals(situation.run().uid()) && run.finishedAt() != null)
                .anyMatch(run -> !before(StatusTime.read(run.finishedAt()), planned, situation.now()));
    }

    /** Where one of the times is illegible the checks are made again, which costs little. */
    private static boolean before(Optional<Instant> ended, Optional<Instant> planned, Instant now) {
        return planned.isPresent()
                && ended.map(end -> end.isAfter(now) ? now.minus(JUST_CHECKED) : end)
                        .filter(end -> end.isBefore(planned.get()))
                        .isPresent();
    }

    /** The plan changed between approval and now: what was approved is not what would be done. */
    private static boolean approvalLost(Situation situation) {
        String approved = situation.spec().approvedPlan();
        boolean asked = ApprovalPolicy.asked(situation.spec());
        return asked && !situation.plan().digest().equals(approved);
    }

    static RunRecord record(Situation situation) {
        return new RunRecord(
                situation.run().name(),
                situation.run().uid(),
                situation.run().specDigest(),
                situation.plan().from(),
                situation.plan().to(),
                situation.now().toString(),
                null,
                null);
    }
}
