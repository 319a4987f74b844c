package com.sourcegraph.downgrade.workload;

import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ImageName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A workload of the instance as it was read, with its pods.
 *
 * @param reason why it is classified so, for people
 * @param replicas {@code spec.replicas}; Kubernetes' default of 1 where a scalable kind has none, empty for other kinds
 * @param recordedReplicas the count from before it was quiesced, from its annotation
 * @param quiescedBy the uid of the run that quiesced it, from its annotation
 * @param takenOverFrom the uid of the earlier run from which that run has taken it over, stopped; from its annotation
 * @param suspended {@code spec.suspend} of a CronJob or Job
 * @param finished a Job that is complete or failed
 * @param controller what controls the object itself, such as a custom resource; empty for most
 * @param pods all of its pods, also those that are gone
 * @param jobsAtWork names of a CronJob's Jobs that have not ended; suspending it does not touch them
 * @param rollout of its newest generation, at the replicas its spec asks for
 * @param podLabels the pod template's labels
 * @param app the pod template's label {@code app}, which names the component also where objects were renamed
 * @param images of init containers and containers, as written
 * @param migrator whether it is a Job, a CronJob or a pod that runs the migrator
 * @param scalingDeletesClaims whether it is a StatefulSet whose controller deletes its claims when it is scaled down
 *     ({@code persistentVolumeClaimRetentionPolicy.whenScaled: Delete})
 * @param autoscaler that scales it
 * @param fieldOwners the field managers that own {@code spec.replicas}, or {@code spec.suspend} of a CronJob or Job; empty where none does or the read left
 *     {@code managedFields} out
 * @param recordedFieldOwners the owners of that field from before it was quiesced, from its annotation,
 *     which stays until a restore has given the field back to them
 */
public record Workload(
        String namespace,
        WorkloadRef ref,
        Classification classification,
        String reason,
        OptionalInt replicas,
        OptionalInt recordedReplicas,
        Optional<String> quiescedBy,
        Optional<String> takenOverFrom,
        boolean suspended,
        boolean finished,
        Optional<WorkloadRef> controller,
        List<PodRef> pods,
        List<String> jobsAtWork,
        RolloutState rollout,
        Map<String, String> podLabels,
        Optional<String> app,
        List<String> images,
        boolean migrator,
        boolean scalingDeletesClaims,
        Optional<Autoscaler> autoscaler,
        List<FieldOwner> fieldOwners,
        Optional<List<FieldOwner>> recordedFieldOwners,
        String resourceVersion) {
    /** Interrupting it can leave a schema dirty. */
    static final String MIGRATES = "it runs the migrator, which must not be interrupted: wait for its end";

    /** Whose name is not in a command: whoever makes a pod chooses what it says of its owner. */
    private static final String COMES_AGAIN =
            "; where another takes its place, find what makes it, and scale that to zero";

    private static final Pattern OBJECT = Pattern.compile("[A-Za-z]{1,63}/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    public Workload {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(ref, "ref");
        Objects.requireNonNull(classification, "classification");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(replicas, "replicas");
        Objects.requireNonNull(recordedReplicas, "recordedReplicas");
        Objects.requireNonNull(quiescedBy, "quiescedBy");
        Objects.requireNonNull(takenOverFrom, "takenOverFrom");
        Objects.requireNonNull(controller, "controller");
        pods = List.copyOf(pods);
        jobsAtWork = List.copyOf(jobsAtWork);
        Objects.requireNonNull(rollout, "rollout");
        podLabels = Map.copyOf(podLabels);
        Objects.requireNonNull(app, "app");
        images = List.copyOf(images);
        Objects.requireNonNull(autoscaler, "autoscaler");
        fieldOwners = List.copyOf(fieldOwners);
        recordedFieldOwners = recordedFieldOwners.map(List::copyOf);
        Objects.requireNonNull(resourceVersion, "resourceVersion");
    }

    /** Its images of that component, and of no other: what stands beside it, or prepares it, has versions of its own. */
    public List<ImageName> imagesOf(Component component) {
        return images.stream()
                .map(ImageName::parse)
                .filter(image -> component.hasImage(image.basename()))
                .toList();
    }

    /** Whether it has to be at zero while the migrator runs. */
    public boolean connected() {
        return classification.connected();
    }

    /** Whether it has {@code spec.replicas}. */
    public boolean scalable() {
        return replicas.isPresent();
    }

    /** Whether a run can hold it; a DaemonSet or a pod has nothing that would, whatever mark it carries. */
    public boolean holdable() {
        return scalable() || suspendable();
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

    /**
     * Why the operator cannot stop it without harm; empty where it can. Such a workload has to end by itself, or by a
     * person's hand.
     */
    public Optional<String> cannotBeStopped() {
        String by =
                controller.map(owner -> " (" + shown(owner) + " controls it)").orElse("");
        return switch (ref.kind()) {
            case "DaemonSet" ->
                Optional.of("a DaemonSet has no replicas to set to zero: delete it, or keep it off the"
                        + " nodes with a nodeSelector, until the run has ended");
            case "Pod" ->
                migrator
                        ? Optional.of(MIGRATES)
                        : Optional.of("it is a pod of no workload that the operator scales" + by + ": kubectl -n "
                                + namespace + " delete pod " + ref.name()
                                + controller.map(owner -> COMES_AGAIN).orElse(""));
            case "ReplicaSet" ->
                controller.map(owner -> shown(owner) + " controls it and would scale it up again: scale that to zero");
            case "Job" -> migrator ? Optional.of(MIGRATES) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Whoever makes a pod chooses what it says of its owner, and that stands beside a command. */
    private static String shown(WorkloadRef owner) {
        return OBJECT.matcher(owner.toString()).matches() ? owner.toString() : "another object";
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
        return new RolloutState.Progressing(
                "it is at " + replicas.getAsInt() + " of the " + expectedReplicas + " replicas that it should have");
    }
}
