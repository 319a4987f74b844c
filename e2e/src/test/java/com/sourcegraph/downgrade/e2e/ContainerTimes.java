package com.sourcegraph.downgrade.e2e;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** When the containers of some pods ran, by the kubelet's own account. Kubernetes tells whole seconds. */
final class ContainerTimes {
    private final Map<String, Span> spans = new ConcurrentHashMap<>();

    /** When one container ran; until {@link Instant#MAX} where its end is not known. */
    record Span(String container, Instant from, Instant to) {
        Span endedBy(Instant moment) {
            return to.equals(Instant.MAX) ? new Span(container, from, moment) : this;
        }

        boolean overlaps(Span other) {
            return from.isBefore(other.to) && other.from.isBefore(to);
        }
    }

    /** Takes in what a pod says of its containers now. */
    void note(Pod pod) {
        containers(pod).forEach(status -> note(pod.getMetadata().getName() + "/" + status.getName(), status));
    }

    private void note(String name, ContainerStatus status) {
        if (status.getState().getRunning() != null) {
            spans.put(
                    status.getContainerID(),
                    new Span(name, Instant.parse(status.getState().getRunning().getStartedAt()), Instant.MAX));
        }
        // The one before may have ended and been replaced between two looks.
        Stream.of(status.getLastState(), status.getState())
                .filter(Objects::nonNull)
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .filter(ContainerTimes::ran)
                .forEach(ended -> spans.put(
                        ended.getContainerID(),
                        new Span(name, Instant.parse(ended.getStartedAt()), Instant.parse(ended.getFinishedAt()))));
    }

    /**
     * A container that the runtime could not start (StartError; a kubelet that is killed in the midst of it is enough) has an end,
     * and the year 1970 for its start.
     */
    private static boolean ran(ContainerStateTerminated ended) {
        return ended.getContainerID() != null
                && ended.getStartedAt() != null
                && Instant.parse(ended.getStartedAt()).isAfter(Instant.EPOCH);
    }

    /**
     * Takes in that a pod is gone: what it left without a word of its end has ended now, as far as anybody can tell from
     * here; where the watch was cut, nobody can.
     */
    void gone(Pod pod, boolean finalStateUnknown, Instant now) {
        containers(pod)
                .map(ContainerStatus::getContainerID)
                .filter(Objects::nonNull)
                .forEach(id -> spans.computeIfPresent(
                        id, (same, span) -> span.endedBy(finalStateUnknown ? span.from() : now)));
    }

    private static Stream<ContainerStatus> containers(Pod pod) {
        return Stream.concat(
                pod.getStatus().getInitContainerStatuses().stream(), pod.getStatus().getContainerStatuses().stream());
    }

    Collection<Span> spans() {
        return List.copyOf(spans.values());
    }
}
