package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds what keeps a pod from running, in Kubernetes' own words. */
final class PodTrouble {
    private static final Set<String> WAITING = Set.of(
            "CrashLoopBackOff",
            "ImagePullBackOff",
            "ErrImagePull",
            "ErrImageNeverPull",
            "InvalidImageName",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError");

    private PodTrouble() {}

    static Optional<RolloutState.Stuck> find(List<Pod> pods, Predicate<Pod> which) {
        return pods.stream()
                .filter(which)
                .filter(pod -> !PodRefs.of(pod).terminating() && pod.getStatus() != null)
                .flatMap(pod -> Stream.concat(containers(pod), unschedulable(pod).stream()))
                .findFirst();
    }

    private static Stream<RolloutState.Stuck> containers(Pod pod) {
        return Stream.concat(
                        Absent.orEmpty(pod.getStatus().getInitContainerStatuses()).stream(),
                        Absent.orEmpty(pod.getStatus().getContainerStatuses()).stream())
                .filter(status -> status.getState() != null && status.getState().getWaiting() != null)
                .filter(status -> {
                    String reason = status.getState().getWaiting().getReason();
                    return reason != null && WAITING.contains(reason);
                })
                .map(status -> stuck(pod, status));
    }

    private static RolloutState.Stuck stuck(Pod pod, ContainerStatus status) {
        ContainerStateWaiting waiting = status.getState().getWaiting();
        StringBuilder message = new StringBuilder("pod ")
                .append(pod.getMetadata().getName())
                .append(", container ")
                .append(status.getName())
                .append(": ")
                .append(waiting.getReason());
        if (waiting.getMessage() != null && !waiting.getMessage().isBlank()) {
            message.append(" (").append(waiting.getMessage()).append(')');
        }
        lastEnd(status).ifPresent(end -> {
            message.append("; it last ended with exit code ").append(end.getExitCode());
            if (end.getReason() != null && !end.getReason().equals("Error")) {
                message.append(", ").append(end.getReason());
            }
        });
        return new RolloutState.Stuck(waiting.getReason(), message.toString());
    }

    private static Optional<ContainerStateTerminated> lastEnd(ContainerStatus status) {
        return Optional.ofNullable(status.getLastState()).map(state -> state.getTerminated());
    }

    private static Optional<RolloutState.Stuck> unschedulable(Pod pod) {
        return Absent.orEmpty(pod.getStatus().getConditions()).stream()
                .filter(condition -> "PodScheduled".equals(condition.getType())
                        && "False".equals(condition.getStatus())
                        && "Unschedulable".equals(condition.getReason()))
                .findFirst()
                .map(condition -> new RolloutState.Stuck(
                        "Unschedulable",
                        "pod " + pod.getMetadata().getName() + " finds no node: " + condition.getMessage()));
    }
}
