package com.sourcegraph.downgrade.workload;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A workload of the instance as it was read, with its pods.
 *
 * @param reason why it is classified so, for people
 * @param replicas {@code spec.replicas}; Kubernetes' default of 1 where a scalable kind has none, empty for other kinds
 * @param recordedReplicas the count from before it was quiesced, from its annotation
 * @param quiescedBy the uid of the run that quiesced it, from its annotation
 * @param suspended {@code spec.suspend} of a CronJob or Job
 * @param finished a Job that is complete or failed
 * @param pods all of its pods, also those that are gone
 * @param rollout of its newest generation, at the replicas its spec asks for
 * @param podLabels the pod template's labels
 * @param app the pod template's label {@code app}, which names the component also where objects were renamed
 * @param images of init containers and containers, as written
 * @param autoscaler that scales it
 * @param replicaOwners the field managers that own {@code spec.replicas}; empty where none does or the read left
 *     {@code managedFields} out
 * @param recordedReplicaOwners the owners of {@code spec.replicas} from before it was quiesced
 */
public record Workload(
        String namespace,
        WorkloadRef ref,
        Classification classification,
        String reason,
        OptionalInt replicas,
        OptionalInt recordedReplicas,
        Optional<String> quiescedBy,
        boolean suspended,
        boolean finished,
        List<PodRef> pods,
        RolloutState rollout,
        Map<String, String> podLabels,
        Optional<String> app,
        List<String> images,
        Optional<Autoscaler> autoscaler,
        List<FieldOwner> replicaOwners,
        List<FieldOwner> recordedReplicaOwners,
        String resourceVersion) {
    public Workload {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(ref, "ref");
        Objects.requireNonNull(classification, "classification");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(replicas, "replicas");
        Objects.requireNonNull(recordedReplicas, "recordedReplicas");
        Objects.requireNonNull(quiescedBy, "quiescedBy");
        pods = List.copyOf(pods);
        Objects.requireNonNull(rollout, "rollout");
        podLabels = Map.copyOf(podLabels);
        Objects.requireNonNull(app, "app");
        images = List.copyOf(images);
        Objects.requireNonNull(autoscaler, "autoscaler");
        replicaOwners = List.copyOf(replicaOwners);
        recordedReplicaOwners = List.copyOf(recordedReplicaOwners);
        Objects.requireNonNull(resourceVersion, "resourceVersion");
    }

    /** Whether it has to be at zero while the migrator runs. */
    public boolean connected() {
        return classification.connected();
    }

    /** Whether it has {@code spec.replicas}. */
    public boolean scalable() {
        return replicas.isPresent();
    }

    /** Whether {@code spec.suspend} holds it: CronJobs, and Jobs that nothing else controls. */
    public boolean suspendable() {
        return ref.kind().equals("CronJob") || ref.kind().equals("Job");
    }

    /** Whether its spec asks for pods: replicas above zero, or neither suspended nor finished. */
    public boolean up() {
        if (scalable()) {
            return replicas.getAsInt() > 0;
        }
        return suspendable() ? !suspended && !finished : pods.stream().anyMatch(pod -> !pod.gone());
    }

    /** Whether that run quiesced it and has not restored it yet. */
    public boolean quiescedBy(String runUid) {
        return quiescedBy.filter(runUid::equals).isPresent();
    }

    /**
     * The rollout where that many replicas are expected: not complete while the spec asks for another number. An
     * autoscaler may choose any number above zero.
     */
    public RolloutState rolloutAt(int expectedReplicas) {
        if (!scalable() || replicas.getAsInt() == expectedReplicas) {
            return rollout;
        }
        if (autoscaler.isPresent() && expectedReplicas > 0 && replicas.getAsInt() > 0) {
            return rollout;
        }
        return new RolloutState.Progressing(ref + " is at " + replicas.getAsInt() + " of the " + expectedReplicas
                + " replicas that it should have");
    }
}
