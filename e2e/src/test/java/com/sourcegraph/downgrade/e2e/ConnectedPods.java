package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Watches for as long as a test goes on when the containers ran that connect to a database, by the kubelet's own account: none of
 * a service may have run while a migrator of the downgrade did.
 */
final class ConnectedPods implements AutoCloseable {
    private static final Set<String> SERVICES = Set.of(
            "sourcegraph-frontend",
            "worker",
            "gitserver",
            "repo-updater",
            "precise-code-intel-worker",
            "symbols",
            "searcher");

    private final SharedIndexInformer<Pod> watch;
    private final Map<String, Span> services = new ConcurrentHashMap<>();
    private final Map<String, Span> migrators = new ConcurrentHashMap<>();

    /** When one container ran. Kubernetes tells whole seconds. */
    private record Span(String container, Instant from, Instant to) {
        Span endedBy(Instant moment) {
            return to.equals(Instant.MAX) ? new Span(container, from, moment) : this;
        }

        boolean overlaps(Span other) {
            return from.isBefore(other.to) && other.from.isBefore(to);
        }
    }

    ConnectedPods(InstalledInstance instance) {
        watch = instance.cluster()
                .client()
                .pods()
                .inNamespace(instance.namespace())
                .runnableInformer(0);
        watch.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                look(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod pod) {
                look(pod);
            }

            @Override
            public void onDelete(Pod pod, boolean finalStateUnknown) {
                look(pod);
                ended(pod, finalStateUnknown);
            }
        });
        watch.start().toCompletableFuture().join();
    }

    private void look(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        if (labels == null) {
            return;
        }
        if (SERVICES.contains(labels.getOrDefault("app", ""))) {
            note(pod, services);
        } else if ("downgrade".equals(labels.get("downgrade.sourcegraph.com/job"))) {
            note(pod, migrators);
        }
    }

    private static void note(Pod pod, Map<String, Span> spans) {
        Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .forEach(status -> note(pod.getMetadata().getName() + "/" + status.getName(), status, spans));
    }

    private static void note(String name, ContainerStatus status, Map<String, Span> spans) {
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
                .filter(ended -> ended.getStartedAt() != null && ended.getContainerID() != null)
                .forEach(ended -> spans.put(
                        ended.getContainerID(),
                        new Span(name, Instant.parse(ended.getStartedAt()), Instant.parse(ended.getFinishedAt()))));
    }

    /**
     * One that is deleted without a word of its end has ended now, as far as anybody can tell from here; where the watch was
     * cut, nobody can.
     */
    private void ended(Pod pod, boolean finalStateUnknown) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream())
                .map(ContainerStatus::getContainerID)
                .filter(Objects::nonNull)
                .forEach(id -> Stream.of(services, migrators)
                        .forEach(spans -> spans.computeIfPresent(
                                id, (same, span) -> span.endedBy(finalStateUnknown ? span.from() : now))));
    }

    /** How many containers of services it has seen. */
    int services() {
        return services.size();
    }

    /** Containers of services that ran while a migrator did, each with that migrator; fails where it has seen no migrator. */
    List<String> besideAMigrator() {
        assertThat(migrators).as("containers of migrators that it has seen").isNotEmpty();
        assertThat(services).as("containers of services that it has seen").isNotEmpty();
        return migrators.values().stream()
                .flatMap(migrator -> services.values().stream()
                        .filter(migrator::overlaps)
                        .map(service -> service + " beside " + migrator))
                .toList();
    }

    @Override
    public void close() {
        watch.close();
    }
}
