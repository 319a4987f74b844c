package com.sourcegraph.downgrade.migrator;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A Job of the migrator as it stands.
 *
 * @param uid tells it from one of the same name that was there before
 * @param specHash the annotation {@link MigratorLabels#SPEC_HASH}
 * @param podName the Job's pod, the newest if there should be several
 * @param containers in the order of the pod's spec, sidecars left out; empty while there is no pod
 * @param waiting why the pod does not get going, where something stands in its way
 * @param disruption why the pod came to an end that is not the migrator's doing: evicted, preempted, deleted, node lost
 * @param overdue when the grace period of a pod ended that was told to stop and of which nobody says that it has ended
 * @param deleting the Job is marked for deletion
 * @param created when the Job was; its pod comes later
 */
public record MigratorJobState(
        String name,
        String uid,
        String runUid,
        MigratorJobKind kind,
        int attempt,
        MigratorJobPhase phase,
        Optional<String> specHash,
        Optional<String> podName,
        List<ContainerOutcome> containers,
        Optional<Trouble> waiting,
        Optional<Trouble> disruption,
        Optional<Instant> overdue,
        boolean deleting,
        Optional<Instant> created,
        Optional<Instant> started,
        Optional<Instant> finished) {
    public MigratorJobState {
        containers = List.copyOf(containers);
    }

    /** @param reason Kubernetes' word, such as {@code ImagePullBackOff} or {@code Evicted} @param message for people */
    public record Trouble(String reason, String message) {}

    public Optional<ContainerOutcome> container(String containerName) {
        return containers.stream().filter(c -> c.name().equals(containerName)).findFirst();
    }

    /**
     * Whether that run has made it. It makes its Jobs under names that follow from its own: a copy under another name carries its
     * labels too, and whoever may patch Jobs can give them to any Job; nobody can change a name.
     */
    public boolean isOf(String runName, String ofUid) {
        return runUid.equals(ofUid) && name.equals(MigratorJobName.of(runName, kind, attempt));
    }

    public boolean isFinished() {
        return phase == MigratorJobPhase.SUCCEEDED || phase == MigratorJobPhase.FAILED;
    }
}
