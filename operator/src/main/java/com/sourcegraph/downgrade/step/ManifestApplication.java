package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.ManifestOrder;
import com.sourcegraph.downgrade.manifest.ObjectPlan;
import com.sourcegraph.downgrade.manifest.OwnerApplier;
import com.sourcegraph.downgrade.manifest.Phase;
import com.sourcegraph.downgrade.manifest.Pruner;
import com.sourcegraph.downgrade.manifest.Removal;
import com.sourcegraph.downgrade.manifest.WriteOutcome;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Stop;
import com.sourcegraph.downgrade.plan.TargetFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Applies the target objects that differ, phase by phase, and deletes what only the newer release has. */
final class ManifestApplication {

    /** What is awaited (an object that goes) shows in a watch too; this is for what does not. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final ManifestOrder order = new ManifestOrder();
    private final OwnerApplier applier = new OwnerApplier();
    private final Pruner pruner = new Pruner();

    Effect apply(ActionContext context, boolean withRest) {
        Optional<ApplyPlan> plan = planned(context);
        if (plan.isEmpty()) {
            return new Effect.Again("The target manifests have changed", SOON);
        }
        List<WriteOutcome> outcomes = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            if (phase == Phase.REST && !withRest) {
                break;
            }
            for (ObjectPlan object : order.inPhase(plan.get(), phase)) {
                if (object.action().writes()) {
                    outcomes.add(applier.apply(
                            context.writer(),
                            context.namespace(),
                            object,
                            plan.get().owner()));
                }
            }
        }
        return judge(context.situation(), outcomes);
    }

    Effect prune(ActionContext context) {
        Optional<ApplyPlan> plan = planned(context);
        if (plan.isEmpty()) {
            return new Effect.Again("The target manifests have changed", SOON);
        }
        List<WriteOutcome> outcomes = new ArrayList<>();
        for (Removal removal : plan.get().removals()) {
            outcomes.add(pruner.delete(context.writer(), context.namespace(), removal));
        }
        return judge(context.situation(), outcomes);
    }

    /** Seen now, and only if it is what was planned: the picture of the decision may be some seconds old. */
    private static Optional<ApplyPlan> planned(ActionContext context) {
        return context.freshTarget().get() instanceof TargetFacts.Read read
                        && read.bundle()
                                .digest()
                                .equals(context.situation().plan().manifestsDigest())
                ? Optional.of(read.plan())
                : Optional.empty();
    }

    private static Effect judge(Situation situation, List<WriteOutcome> outcomes) {
        List<String> refused = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (WriteOutcome outcome : outcomes) {
            if (outcome instanceof WriteOutcome.Rejected rejected) {
                refused.add(rejected.key().naming(rejected.message()));
            } else if (outcome instanceof WriteOutcome.Forbidden forbidden) {
                refused.add(forbidden.key().naming(forbidden.message()));
            } else if (outcome instanceof WriteOutcome.Overruled overruled) {
                refused.add(overruled.key().naming(overruled.message()));
            } else if (outcome instanceof WriteOutcome.Conflict conflict) {
                open.add(conflict.key().naming(conflict.message()));
            } else if (outcome instanceof WriteOutcome.InProgress progress) {
                open.add(progress.key().naming(progress.message()));
            } else if (outcome instanceof WriteOutcome.Unavailable unavailable) {
                open.add(unavailable.key().naming(unavailable.message()));
            }
        }
        if (!refused.isEmpty()) {
            return new Effect.Refused(new Stop(
                    Reason.APPLY_REFUSED,
                    "The API server refuses " + refused.size() + (refused.size() == 1 ? " object: " : " objects: ")
                            + String.join("; ", refused.subList(0, Math.min(3, refused.size()))),
                    "Repair what it names; the run goes on by itself: "
                            + situation
                                    .run()
                                    .kubectl("describe sgdowngrade "
                                            + situation.run().name())));
        }
        return open.isEmpty() ? new Effect.Done() : new Effect.Again(String.join("; ", open), SOON);
    }
}
