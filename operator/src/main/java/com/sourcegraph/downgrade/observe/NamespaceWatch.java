package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.workload.NamespaceObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Watches the workloads and pods of one namespace for as long as a run needs them. Reading costs no request; every change
 * calls back.
 */
final class NamespaceWatch implements AutoCloseable {

    /** A resync tells what is in memory once more, and asks nobody; {@link NamespaceWatches} renews quiet watches instead. */
    private static final long NO_RESYNC = 0;

    private static final Duration FIRST_LIST = Duration.ofSeconds(10);

    private final SharedIndexInformer<Deployment> deployments;
    private final SharedIndexInformer<StatefulSet> statefulSets;
    private final SharedIndexInformer<DaemonSet> daemonSets;
    private final SharedIndexInformer<CronJob> cronJobs;
    private final SharedIndexInformer<Job> jobs;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<HorizontalPodAutoscaler> autoscalers;
    private final List<SharedIndexInformer<?>> all;

    NamespaceWatch(KubernetesClient client, String namespace, Runnable changed) {
        deployments = client.apps().deployments().inNamespace(namespace).runnableInformer(NO_RESYNC);
        statefulSets = client.apps().statefulSets().inNamespace(namespace).runnableInformer(NO_RESYNC);
        daemonSets = client.apps().daemonSets().inNamespace(namespace).runnableInformer(NO_RESYNC);
        cronJobs = client.batch().v1().cronjobs().inNamespace(namespace).runnableInformer(NO_RESYNC);
        jobs = client.batch().v1().jobs().inNamespace(namespace).runnableInformer(NO_RESYNC);
        pods = client.pods().inNamespace(namespace).runnableInformer(NO_RESYNC);
        autoscalers = client.autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(namespace)
                .runnableInformer(NO_RESYNC);
        all = List.of(deployments, statefulSets, daemonSets, cronJobs, jobs, pods, autoscalers);
        all.forEach(informer -> informer.exceptionHandler((started, failure) -> true));
        listen(deployments, changed);
        listen(statefulSets, changed);
        listen(daemonSets, changed);
        listen(cronJobs, changed);
        listen(jobs, changed);
        listen(pods, changed);
        listen(autoscalers, changed);
    }

    /**
     * Lists everything once and keeps watching.
     *
     * @throws ObservationException where the API server does not answer in time
     */
    void start() {
        CompletableFuture<?>[] synced = all.stream()
                .map(informer -> informer.start().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(synced).get(FIRST_LIST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ObservationException("Interrupted while listing the namespace's workloads", e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new ObservationException("The namespace's workloads could not be listed", e);
        }
    }

    /** Everything as the watches have it now. */
    NamespaceObjects objects() {
        return new NamespaceObjects(
                deployments.getStore().list(),
                statefulSets.getStore().list(),
                daemonSets.getStore().list(),
                cronJobs.getStore().list(),
                jobs.getStore().list(),
                pods.getStore().list(),
                List.of(),
                autoscalers.getStore().list());
    }

    @Override
    public void close() {
        all.forEach(SharedIndexInformer::close);
    }

    private static <T extends HasMetadata> void listen(SharedIndexInformer<T> informer, Runnable changed) {
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T added) {
                changed.run();
            }

            @Override
            public void onUpdate(T before, T after) {
                if (!before.getMetadata()
                        .getResourceVersion()
                        .equals(after.getMetadata().getResourceVersion())) {
                    changed.run();
                }
            }

            @Override
            public void onDelete(T deleted, boolean finalStateUnknown) {
                changed.run();
            }
        });
    }
}
