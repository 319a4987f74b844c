package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Reads from two statuses what has happened between them. Pure. */
final class TransitionReader {

    List<Transition> between(Optional<SourcegraphDowngradeStatus> before, SourcegraphDowngradeStatus after) {
        List<Transition> found = new ArrayList<>();
        if (before.isEmpty()) {
            found.add(new Transition(false, "Accepted", "The run has begun"));
        }
        plan(before, after, found);
        if (after.pointOfNoReturn() != null
                && before.map(SourcegraphDowngradeStatus::pointOfNoReturn).isEmpty()) {
            found.add(new Transition(
                    false, "PointOfNoReturn", "From here on the run cannot be cancelled, only finished"));
        }
        for (StepStatus step : after.steps()) {
            step(before, step, found);
        }
        conditions(before, after, found);
        return found;
    }

    private static void plan(
            Optional<SourcegraphDowngradeStatus> before, SourcegraphDowngradeStatus after, List<Transition> found) {
        String old = before.map(SourcegraphDowngradeStatus::plan)
                .map(PlanStatus::digest)
                .orElse(null);
        if (after.plan() != null
                && after.plan().digest() != null
                && !after.plan().digest().equals(old)) {
            found.add(new Transition(
                    false,
                    "PlanResolved",
                    "From " + after.plan().from() + " to " + after.plan().to() + " by strategy "
                            + Names.of(after.plan().strategy()) + ", because "
                            + after.plan().strategyReason()));
        }
    }

    private static void step(Optional<SourcegraphDowngradeStatus> before, StepStatus step, List<Transition> found) {
        Optional<StepStatus> old = before.map(SourcegraphDowngradeStatus::steps).orElse(List.of()).stream()
                .filter(candidate -> candidate.name() == step.name())
                .findFirst();
        StepState was = old.map(StepStatus::state).orElse(StepState.PENDING);
        if (was != step.state() && step.state() != StepState.PENDING) {
            String suffix =
                    switch (step.state()) {
                        case RUNNING -> "Started";
                        case DONE -> "Done";
                        case SKIPPED -> "Skipped";
                        case CANCELLED -> "Cancelled";
                        default -> "Failed";
                    };
            found.add(new Transition(
                    false,
                    step.name().label() + suffix,
                    step.message() == null
                            ? "Step " + step.name().label() + " has begun"
                            : "Step " + step.name().label() + ": " + step.message()));
        }
        // Of applying, the journal counts parts: the second is the services after the databases, not another attempt.
        if (step.attempt() != null
                && step.attempt() > 1
                && step.name() != StepName.APPLY_MANIFESTS
                && !Objects.equals(step.attempt(), old.map(StepStatus::attempt).orElse(null))) {
            found.add(new Transition(
                    false,
                    step.name().label() + "Retried",
                    "Step " + step.name().label() + ", attempt " + step.attempt()
                            + (step.message() == null ? "" : ": " + step.message())));
        }
    }

    private static void conditions(
            Optional<SourcegraphDowngradeStatus> before, SourcegraphDowngradeStatus after, List<Transition> found) {
        for (Condition condition : after.conditions()) {
            Optional<Condition> old = before.map(SourcegraphDowngradeStatus::conditions).orElse(List.of()).stream()
                    .filter(candidate -> candidate.getType().equals(condition.getType()))
                    .findFirst();
            boolean was = old.filter(candidate -> "True".equals(candidate.getStatus()))
                    .isPresent();
            boolean is = "True".equals(condition.getStatus());
            boolean newReason = is
                    && !condition
                            .getReason()
                            .equals(old.map(Condition::getReason).orElse(""));
            if (condition.getType().equals(ConditionType.STALLED.label())) {
                if (is && (!was || newReason) && !ended(after)) {
                    found.add(new Transition(true, condition.getReason(), condition.getMessage()));
                } else if (was && !is && !ended(after)) {
                    found.add(new Transition(false, "Resumed", "What stood in the way is gone; the run goes on"));
                }
            } else if (condition.getType().equals(ConditionType.SUSPENDED.label())) {
                if (is != was) {
                    found.add(new Transition(false, is ? "Suspended" : "Unsuspended", condition.getMessage()));
                }
            } else if (condition.getType().equals(ConditionType.RECONCILING.label())) {
                // Also a run that waits for a person can refuse to be cancelled.
                boolean refused = condition.getReason().equals(Reason.CANCEL_REFUSED.label())
                        && !old.map(Condition::getReason).orElse("").equals(condition.getReason());
                if (refused || (newReason && !condition.getReason().equals("Progressing"))) {
                    found.add(new Transition(
                            condition.getReason().equals("CancelRefused"),
                            condition.getReason(),
                            condition.getMessage()));
                }
            } else if (is && !was && !condition.getType().equals(ConditionType.READY.label())) {
                found.add(new Transition(
                        condition.getType().equals(ConditionType.FAILED.label()),
                        condition.getReason(),
                        condition.getMessage()));
            }
        }
    }

    private static boolean ended(SourcegraphDowngradeStatus status) {
        return status.finishedAt() != null;
    }
}
