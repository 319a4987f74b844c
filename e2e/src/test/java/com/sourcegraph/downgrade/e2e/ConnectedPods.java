package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Watches for as long as a test goes on when the containers ran that connect to a database: none of a service may have run while
 * a migrator of the downgrade did.
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

    private final NonNamespaceOperation<Pod, PodList, PodResource> pods;
    private final SharedIndexInformer<Pod> watch;
    private final ContainerTimes services = new ContainerTimes();
    private final ContainerTimes migrators = new ContainerTimes();

    ConnectedPods(InstalledInstance instance) {
        pods = instance.cluster().client().pods().inNamespace(instance.namespace());
        watch = pods.runnableInformer(0);
        watch.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                timesOf(pod).ifPresent(times -> times.note(pod));
            }

            @Override
            public void onUpdate(Pod before, Pod pod) {
                timesOf(pod).ifPresent(times -> times.note(pod));
            }

            @Override
            public void onDelete(Pod pod, boolean finalStateUnknown) {
                timesOf(pod).ifPresent(times -> {
                    times.note(pod);
                    times.gone(pod, finalStateUnknown, Instant.now().truncatedTo(ChronoUnit.SECONDS));
                });
            }
        });
        watch.start().toCompletableFuture().join();
    }

    private Optional<ContainerTimes> timesOf(Pod pod) {
        Map<String, String> labels =
                Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
        if (SERVICES.contains(labels.getOrDefault("app", ""))) {
            return Optional.of(services);
        }
        return "downgrade".equals(labels.get("downgrade.sourcegraph.com/job"))
                ? Optional.of(migrators)
                : Optional.empty();
    }

    /** How many containers of services it has seen. */
    int services() {
        return services.spans().size();
    }

    /** Containers of services that ran while a migrator did, each with that migrator; fails where it has seen no migrator. */
    List<String> besideAMigrator() {
        catchUp();
        assertThat(migrators.spans())
                .as("containers of migrators that it has seen")
                .isNotEmpty();
        assertThat(services.spans())
                .as("containers of services that it has seen")
                .isNotEmpty();
        return migrators.spans().stream()
                .flatMap(migrator -> services.spans().stream()
                        .filter(migrator::overlaps)
                        .map(service -> service + " beside " + migrator))
                .toList();
    }

    /** What the watch has not brought, where the API server was ended meanwhile. */
    private void catchUp() {
        List<Pod> there = pods.list().getItems();
        there.forEach(pod -> timesOf(pod).ifPresent(times -> times.note(pod)));
        Set<String> uids = there.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
        watch.getStore().list().stream()
                .filter(pod -> !uids.contains(pod.getMetadata().getUid()))
                .forEach(pod -> timesOf(pod).ifPresent(times -> times.gone(pod, true, Instant.now())));
    }

    @Override
    public void close() {
        watch.close();
    }
}
