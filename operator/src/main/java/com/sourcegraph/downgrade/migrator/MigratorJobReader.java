package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.api.StatusTime;
import com.sourcegraph.downgrade.redact.Redactor;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Reads a Job of ours and its pods. A pod whose containers have all ended decides, also before the Job controller has
 * said so; a Job that is over without a pod has lost it.
 */
public final class MigratorJobReader {
    private static final int LONGEST_MESSAGE = 2_000;

    private final Redactor redactor;

    public MigratorJobReader(Redactor redactor) {
        this.redactor = redactor;
    }

    /**
     * @param pods may contain pods of other Jobs
     * @return empty if the Job is not one of ours, by its labels
     */
    public Optional<MigratorJobState> read(Job job, Collection<Pod> pods) {
        Map<String, String> labels = job.getMetadata().getLabels();
        if (labels == null) {
            return Optional.empty();
        }
        Optional<MigratorJobKind> kind = MigratorJobKind.byId(labels.getOrDefault(MigratorLabels.JOB, ""));
        OptionalInt attempt = number(labels.get(MigratorLabels.ATTEMPT));
        if (kind.isEmpty() || attempt.isEmpty()) {
            return Optional.empty();
        }
        Optional<Pod> pod = newest(job, pods);
        List<ContainerOutcome> containers = pod.map(this::outcomes).orElse(List.of());
        MigratorJobPhase phase = phase(job, pod, containers);
        return Optional.of(new MigratorJobState(
                job.getMetadata().getName(),
                Objects.requireNonNullElse(job.getMetadata().getUid(), ""),
                labels.getOrDefault(MigratorLabels.RUN_UID, ""),
                kind.get(),
                attempt.getAsInt(),
                phase,
                Optional.ofNullable(job.getMetadata().getAnnotations())
                        .map(annotations -> annotations.get(MigratorLabels.SPEC_HASH)),
                pod.map(found -> found.getMetadata().getName()),
                containers,
                pod.filter(found -> phase == MigratorJobPhase.PENDING || phase == MigratorJobPhase.RUNNING)
                        .flatMap(this::waiting),
                pod.isPresent() ? pod.flatMap(this::disruption) : lost(job, phase),
                pod.flatMap(MigratorJobReader::graceEnd),
                job.getMetadata().getDeletionTimestamp() != null,
                StatusTime.read(job.getMetadata().getCreationTimestamp()),
                started(job, containers),
                finished(job, phase, containers)));
    }

    private static Optional<Pod> newest(Job job, Collection<Pod> pods) {
        String uid = job.getMetadata().getUid();
        return pods.stream()
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> uid != null && uid.equals(owner.getUid())))
                .max(Comparator.comparing(
                        pod -> Objects.requireNonNullElse(pod.getMetadata().getCreationTimestamp(), "")));
    }

    private static MigratorJobPhase phase(Job job, Optional<Pod> pod, List<ContainerOutcome> containers) {
        if (hasCondition(job, "Complete")) {
            return MigratorJobPhase.SUCCEEDED;
        }
        if (hasCondition(job, "Failed")) {
            return MigratorJobPhase.FAILED;
        }
        String podPhase = pod.filter(found -> found.getStatus() != null)
                .map(found -> found.getStatus().getPhase())
                .orElse("");
        if (podPhase.equals("Succeeded")) {
            return MigratorJobPhase.SUCCEEDED;
        }
        if (podPhase.equals("Failed")) {
            return MigratorJobPhase.FAILED;
        }
        boolean begun = containers.stream().anyMatch(c -> c.started().isPresent());
        return begun ? MigratorJobPhase.RUNNING : MigratorJobPhase.PENDING;
    }

    private List<ContainerOutcome> outcomes(Pod pod) {
        List<ContainerStatus> statuses =
                pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
        return pod.getSpec().getContainers().stream()
                .map(container -> statuses.stream()
                        .filter(status -> container.getName().equals(status.getName()))
                        .findFirst()
                        .map(this::outcome)
                        .orElseGet(() -> new ContainerOutcome(
                                container.getName(),
                                OptionalInt.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())))
                .toList();
    }

    private ContainerOutcome outcome(ContainerStatus status) {
        ContainerState state = status.getState();
        if (state != null && state.getTerminated() != null) {
            ContainerStateTerminated end = state.getTerminated();
            return new ContainerOutcome(
                    status.getName(),
                    OptionalInt.of(Objects.requireNonNullElse(end.getExitCode(), -1)),
                    Optional.ofNullable(end.getReason()),
                    Optional.ofNullable(end.getMessage()).map(this::shown),
                    // The kubelet gives 1970 for one that the runtime could not start (StartError).
                    StatusTime.read(end.getStartedAt()).filter(Instant.EPOCH::isBefore),
                    StatusTime.read(end.getFinishedAt()));
        }
        Optional<Instant> started = Optional.ofNullable(state)
                .map(ContainerState::getRunning)
                .flatMap(running -> StatusTime.read(running.getStartedAt()));
        return new ContainerOutcome(
                status.getName(), OptionalInt.empty(), Optional.empty(), Optional.empty(), started, Optional.empty());
    }

    /** What stands in the way of the pod's start; being created, or pulling for the first time, does not. */
    private Optional<MigratorJobState.Trouble> waiting(Pod pod) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        Stream<ContainerStatus> statuses = Stream.concat(
                pod.getStatus().getInitContainerStatuses().stream(), pod.getStatus().getContainerStatuses().stream());
        Optional<MigratorJobState.Trouble> container = statuses.filter(status -> status.getState() != null)
                .map(status -> status.getState().getWaiting())
                .filter(Objects::nonNull)
                .filter(waiting -> waiting.getReason() != null
                        && !waiting.getReason().equals("ContainerCreating")
                        && !waiting.getReason().equals("PodInitializing"))
                .map(waiting -> new MigratorJobState.Trouble(waiting.getReason(), shown(waiting.getMessage())))
                .findFirst();
        return container.or(() -> condition(pod, "PodScheduled")
                .filter(scheduled -> "False".equals(scheduled.getStatus()))
                .map(scheduled -> new MigratorJobState.Trouble(
                        Objects.requireNonNullElse(scheduled.getReason(), "Unschedulable"),
                        shown(scheduled.getMessage()))));
    }

    private Optional<MigratorJobState.Trouble> disruption(Pod pod) {
        if (pod.getStatus() != null && pod.getStatus().getReason() != null) {
            return Optional.of(new MigratorJobState.Trouble(
                    pod.getStatus().getReason(), shown(pod.getStatus().getMessage())));
        }
        Optional<MigratorJobState.Trouble> target = condition(pod, "DisruptionTarget")
                .filter(found -> "True".equals(found.getStatus()))
                .map(found -> new MigratorJobState.Trouble(
                        Objects.requireNonNullElse(found.getReason(), "DisruptionTarget"), shown(found.getMessage())));
        boolean complete =
                pod.getStatus() != null && "Succeeded".equals(pod.getStatus().getPhase());
        return target.or(() -> pod.getMetadata().getDeletionTimestamp() != null && !complete
                ? Optional.of(new MigratorJobState.Trouble(
                        "PodDeleted", "Pod " + pod.getMetadata().getName() + " was deleted while it ran"))
                : Optional.empty());
    }

    /** The deletion's timestamp is the end of the grace period, not its beginning. */
    private static Optional<Instant> graceEnd(Pod pod) {
        boolean ended = pod.getStatus() != null
                && List.of("Succeeded", "Failed")
                        .contains(String.valueOf(pod.getStatus().getPhase()));
        return ended ? Optional.empty() : StatusTime.read(pod.getMetadata().getDeletionTimestamp());
    }

    private static Optional<MigratorJobState.Trouble> lost(Job job, MigratorJobPhase phase) {
        return phase == MigratorJobPhase.FAILED
                ? Optional.of(new MigratorJobState.Trouble(
                        "PodGone",
                        "The pod of Job " + job.getMetadata().getName()
                                + " no longer exists; its log and exit code went with it"))
                : Optional.empty();
    }

    private static Optional<Instant> started(Job job, List<ContainerOutcome> containers) {
        return containers.stream()
                .flatMap(container -> container.started().stream())
                .min(Comparator.naturalOrder())
                .or(() ->
                        Optional.ofNullable(job.getStatus()).flatMap(status -> StatusTime.read(status.getStartTime())));
    }

    private static Optional<Instant> finished(Job job, MigratorJobPhase phase, List<ContainerOutcome> containers) {
        if (phase != MigratorJobPhase.SUCCEEDED && phase != MigratorJobPhase.FAILED) {
            return Optional.empty();
        }
        return containers.stream()
                .flatMap(container -> container.finished().stream())
                .max(Comparator.naturalOrder())
                .or(() -> Optional.ofNullable(job.getStatus())
                        .flatMap(status -> StatusTime.read(status.getCompletionTime()))
                        .or(() -> Optional.ofNullable(job.getStatus()).stream()
                                .flatMap(status -> status.getConditions().stream())
                                .filter(found -> "Failed".equals(found.getType()))
                                .flatMap(found -> StatusTime.read(found.getLastTransitionTime()).stream())
                                .findFirst()));
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(found -> type.equals(found.getType()))
                        .findFirst();
    }

    private static boolean hasCondition(Job job, String type) {
        return job.getStatus() != null
                && job.getStatus().getConditions().stream()
                        .anyMatch(found -> type.equals(found.getType()) && "True".equals(found.getStatus()));
    }

    private String shown(String message) {
        String redacted = redactor.redact(message).strip();
        // The end tells most: the migrator's error is its last line.
        return redacted.length() <= LONGEST_MESSAGE
                ? redacted
                : "…" + redacted.substring(redacted.length() - LONGEST_MESSAGE);
    }

    private static OptionalInt number(String text) {
        try {
            return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
