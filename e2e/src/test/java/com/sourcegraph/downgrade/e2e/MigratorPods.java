package com.sourcegraph.downgrade.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Watches the pods of the downgrade's Jobs for as long as a test goes on: never may two of them work at the same time. */
final class MigratorPods implements AutoCloseable {
    private final FilterWatchListDeletable<Pod, PodList, PodResource> pods;
    private final SharedIndexInformer<Pod> watch;
    private final List<Set<String>> together = new CopyOnWriteArrayList<>();

    MigratorPods(GivenCluster cluster, String namespace) {
        pods = cluster.client().pods().inNamespace(namespace).withLabel("downgrade.sourcegraph.com/job", "downgrade");
        watch = pods.runnableInformer(0);
        watch.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                look();
            }

            @Override
            public void onUpdate(Pod before, Pod pod) {
                look();
            }

            @Override
            public void onDelete(Pod pod, boolean finalStateUnknown) {
                look();
            }
        });
        watch.start().toCompletableFuture().join();
    }

    /** Called when the watch's own picture is up to date with the event. */
    private void look() {
        Set<String> working = watch.getStore().list().stream()
                .filter(pod -> !ended(pod))
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
        if (working.size() > 1) {
            together.add(working);
        }
    }

    /** One that is being deleted works until it is gone. */
    private static boolean ended(Pod pod) {
        return Set.of("Succeeded", "Failed")
                .contains(String.valueOf(pod.getStatus().getPhase()));
    }

    /** Asked for anew: what a watch has brought may be old while the API server is ended and started. */
    List<Pod> running() {
        return pods.list().getItems().stream()
                .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                .toList();
    }

    /** Every pod that there was at the same time as another that had not ended. */
    List<Set<String>> together() {
        return List.copyOf(together);
    }

    @Override
    public void close() {
        watch.close();
    }
}
