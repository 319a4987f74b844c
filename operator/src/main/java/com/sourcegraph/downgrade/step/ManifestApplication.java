package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.LiveObject;
import com.sourcegraph.downgrade.manifest.LivePicture;
import com.sourcegraph.downgrade.manifest.ManifestOrder;
import com.sourcegraph.downgrade.manifest.ObjectKey;
import com.sourcegraph.downgrade.manifest.ObjectPlan;
import com.sourcegraph.downgrade.manifest.OwnerApplier;
import com.sourcegraph.downgrade.manifest.Phase;
import com.sourcegraph.downgrade.manifest.Pruner;
import com.sourcegraph.downgrade.manifest.Removal;
import com.sourcegraph.downgrade.manifest.WriteOutcome;
import com.sourcegraph.downgrade.plan.PlannedRemovals;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Stop;
import com.sourcegraph.downgrade.plan.TargetFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Applies the target objects that differ, phase by phase, and deletes what only the newer release has. */
final class ManifestApplication {

    /** What is awaited (an object that goes) shows in a watch too; this is for what does not. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final ManifestOrder order = new ManifestOrder();
    private final OwnerApplier applier = new OwnerApplier();
    private final Pruner pruner = new Pruner();

    Effect apply(ActionContext context, boolean withRest) {
        return twice(context, (plan, wanted, outcomes) -> {
            for (Phase phase : Phase.values()) {
                if (phase == Phase.REST && !withRest) {
                    break;
                }
                for (ObjectPlan object : order.inPhase(plan, phase)) {
                    if (object.action().writes() && wanted.test(object.key())) {
                        WriteOutcome outcome =
                                applier.apply(context.writer(), context.namespace(), object, plan.owner());
                        outcomes.put(object.key(), outcome);
                        note(context, outcome, object.replaces().map(LiveObject::key));
                    }
                }
            }
        });
    }

    Effect prune(ActionContext context) {
        return twice(context, (plan, wanted, outcomes) -> {
            for (Removal removal : plan.removals()) {
                if (wanted.test(removal.key())) {
                    WriteOutcome outcome = pruner.delete(context.writer(), context.namespace(), removal);
                    outcomes.put(removal.key(), outcome);
                    note(context, outcome, Optional.of(removal.key()));
                }
            }
        });
    }

    /** One pass over a plan: the objects that are wanted, each with what came of it. */
    private interface Pass {
        void over(ApplyPlan plan, Predicate<ObjectKey> wanted, Map<ObjectKey, WriteOutcome> outcomes);
    }

    /** What was not any more as it was known is asked for and tried once more at once: mostly a controller wrote its status. */
    private static Effect twice(ActionContext context, Pass pass) {
        Map<ObjectKey, WriteOutcome> outcomes = new LinkedHashMap<>();
        Predicate<ObjectKey> wanted = key -> true;
        for (int round = 0; round < 2; round++) {
            Optional<ApplyPlan> plan = planned(context);
            if (plan.isEmpty()) {
                return new Effect.Again("The target manifests have changed", SOON);
            }
            pass.over(plan.get(), wanted, outcomes);
            Set<ObjectKey> late = outcomes.values().stream()
                    .filter(WriteOutcome.Conflict.class::isInstance)
                    .map(WriteOutcome::key)
                    .collect(Collectors.toSet());
            if (late.isEmpty()) {
                break;
            }
            wanted = late::contains;
        }
        return judge(context.situation(), new ArrayList<>(outcomes.values()));
    }

    /** Keeps the picture up, so that it need not be asked for. */
    private static void note(ActionContext context, WriteOutcome outcome, Optional<ObjectKey> deleted) {
        LivePicture picture = context.picture().get().orElseThrow();
        if (outcome instanceof WriteOutcome.Written written && written.now().isPresent()) {
            picture.saw(written.now().get());
        } else if (outcome instanceof WriteOutcome.Written) {
            deleted.ifPresent(picture::gone);
        } else if (outcome instanceof WriteOutcome.InProgress) {
            deleted.ifPresent(picture::deleting);
        } else {
            picture.doubt(outcome.key());
            deleted.ifPresent(picture::doubt);
        }
    }

    /** Only if it is what was planned, and of deletions only what was. */
    private static Optional<ApplyPlan> planned(ActionContext context) {
        return context.target().get() instanceof TargetFacts.Read read
                        && read.bundle()
                                .digest()
                                .equals(context.situation().plan().manifestsDigest())
                ? Optional.of(new PlannedRemovals(context.situation().plan()).within(read.plan()))
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
