package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Reads a {@link PodRef} from a pod. */
final class PodRefs {
    private PodRefs() {}

    static PodRef of(Pod pod) {
        Optional<Instant> deletion = instant(pod.getMetadata().getDeletionTimestamp());
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        // The timestamp is the end of the grace period, not its beginning.
        Optional<Instant> since = deletion.map(end -> grace == null ? end : end.minusSeconds(grace))
                .or(() -> Optional.ofNullable(pod.getStatus()).flatMap(status -> instant(status.getStartTime())))
                .or(() -> instant(pod.getMetadata().getCreationTimestamp()));
        return new PodRef(
                pod.getMetadata().getName(),
                phase(pod),
                Optional.ofNullable(pod.getSpec()).map(spec -> spec.getNodeName()),
                since,
                deletion,
                ready(pod));
    }

    /** Whether its init containers have ended and every container has begun. */
    static boolean everyContainerRuns(Pod pod) {
        List<ContainerStatus> statuses = pod.getStatus() == null
                ? List.of()
                : Absent.orEmpty(pod.getStatus().getContainerStatuses());
        return !statuses.isEmpty()
                && statuses.stream()
                        .allMatch(status ->
                                status.getState() != null && status.getState().getRunning() != null);
    }

    private static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? "Pending"
                : pod.getStatus().getPhase();
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus() != null
                && Absent.orEmpty(pod.getStatus().getConditions()).stream()
                        .anyMatch(condition ->
                                condition.getType().equals("Ready") && "True".equals(condition.getStatus()));
    }

    private static Optional<Instant> instant(String time) {
        return Optional.ofNullable(time).map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
    }
}
