package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.workload.Classification;
import com.sourcegraph.downgrade.workload.PodRef;
import com.sourcegraph.downgrade.workload.RestoreScope;
import com.sourcegraph.downgrade.workload.RolloutState;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A workload of the model world: replicas, pods that take time to go and to come, and the marks of a run. */
final class ModelWorkload {
    private static final int SECONDS_TO_STOP = 5;
    private static final int SECONDS_TO_START = 20;

    final WorkloadRef ref;
    final int original;
    String image;
    private final Classification classification;
    private int replicas;
    private OptionalInt recorded = OptionalInt.empty();
    private Optional<String> quiescedBy = Optional.empty();
    private Instant podsGone = Instant.MIN;
    private Instant replaced = Instant.MIN;
    private Instant available = Instant.MIN;
    private boolean stuck;

    /** Images of init containers and sidecars that are no Sourcegraph's. */
    List<String> beside = List.of();

    ModelWorkload(String kind, String name, Classification classification, int replicas, String image) {
        this.ref = new WorkloadRef(kind, name);
        this.classification = classification;
        this.original = replicas;
        this.replicas = replicas;
        this.image = image;
    }

    boolean scalable() {
        return !ref.kind().equals("CronJob");
    }

    boolean connected() {
        return classification.connected();
    }

    boolean database() {
        return classification == Classification.DATABASE;
    }

    boolean podsUp(Instant now) {
        return scalable() && (replicas > 0 || now.isBefore(podsGone));
    }

    boolean stopped(Instant now) {
        return replicas == 0 && !podsUp(now);
    }

    boolean asBefore() {
        return replicas == original && quiescedBy.isEmpty() && recorded.isEmpty();
    }

    void quiesce(String run, Instant now) {
        if (recorded.isEmpty()) {
            recorded = OptionalInt.of(replicas);
        }
        quiescedBy = Optional.of(run);
        if (replicas > 0) {
            podsGone = now.plusSeconds(SECONDS_TO_STOP);
        }
        replicas = 0;
    }

    void restore(RestoreScope scope, Instant now) {
        if (quiescedBy.filter(scope::covers).isEmpty()) {
            return;
        }
        if (replicas == 0) {
            replicas = recorded.orElse(1);
            roll(now);
        }
        quiescedBy = Optional.empty();
        recorded = OptionalInt.empty();
    }

    /** Somebody scales it up behind the run's back. */
    void bringBack(Instant now) {
        if (replicas == 0) {
            replicas = original;
            roll(now);
        }
    }

    void apply(String newImage, Instant now) {
        if (!image.equals(newImage)) {
            image = newImage;
            roll(now);
        }
    }

    void stick(boolean now) {
        stuck = now;
    }

    boolean rolledOut(Instant now) {
        return replicas > 0 && !stuck && !now.isBefore(available);
    }

    /** Whether a pod of an older generation is there still. */
    boolean olderPodLeft(Instant now) {
        return replicas > 0 && now.isBefore(replaced);
    }

    /** Its older pods stop, then the new ones start. */
    void roll(Instant now) {
        replaced = now.plusSeconds(SECONDS_TO_STOP);
        available = now.plusSeconds(SECONDS_TO_START);
    }

    Workload seen(Instant now) {
        List<PodRef> pods = podsUp(now)
                ? List.of(new PodRef(
                        ref.name() + "-0", "Running", Optional.empty(), Optional.of(now), Optional.empty(), true))
                : List.of();
        List<String> images = Stream.concat(beside.stream(), Stream.of(image)).toList();
        return new Workload(
                "ns",
                ref,
                classification,
                "as the model has it",
                scalable() ? OptionalInt.of(replicas) : OptionalInt.empty(),
                recorded,
                quiescedBy,
                Optional.empty(),
                !scalable() && replicas == 0,
                false,
                Optional.empty(),
                pods,
                List.of(),
                rollout(now),
                Map.of(),
                Optional.of(ref.name()),
                images,
                false,
                false,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                "1");
    }

    private RolloutState rollout(Instant now) {
        if (replicas == 0 || !scalable()) {
            return new RolloutState.Complete();
        }
        if (stuck) {
            return new RolloutState.Stuck("ImagePullBackOff", "pod " + ref.name() + "-0 cannot pull its image");
        }
        if (olderPodLeft(now)) {
            return new RolloutState.Progressing("0 of " + replicas + " pods updated");
        }
        return now.isBefore(available)
                ? new RolloutState.Starting("0 of " + replicas + " available")
                : new RolloutState.Complete();
    }
}
