package com.sourcegraph.downgrade.e2e;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Watches for as long as a test goes on when the containers ran that connect to a database, by the kubelet's own account: none of
 * a service may have run while a migrator of the downgrade did.
 */
final class ConnectedPods implements AutoCloseable {
    private static final Set<String> SERVICES = Set.of("sourcegraph-frontend", "worker", "gitserver");

    private final SharedIndexInformer<Pod> watch;
    private final Map<String, Span> services = new ConcurrentHashMap<>();
    private final Map<String, Span> migrators = new ConcurrentHashMap<>();

    /** When one container ran. Kubernetes tells whole seconds. */
    private record Span(String container, Instant from, Instant to) {
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
        if (status.getState().getTerminated() != null
                && status.getState().getTerminated().getStartedAt() != null) {
            spans.put(
                    status.getContainerID(),
                    new Span(
                            name,
                            Instant.parse(status.getState().getTerminated().getStartedAt()),
                            Instant.parse(status.getState().getTerminated().getFinishedAt())));
        } else if (status.getState().getRunning() != null) {
            spans.put(
                    status.getContainerID(),
                    new Span(name, Instant.parse(status.getState().getRunning().getStartedAt()), Instant.MAX));
        }
    }

    /** How many containers of services it has seen. */
    int services() {
        return services.size();
    }

    /** Containers of services that ran while a migrator did, each with that migrator. */
    List<String> besideAMigrator() {
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
