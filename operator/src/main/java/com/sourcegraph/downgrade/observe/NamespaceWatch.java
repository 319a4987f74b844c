package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.workload.NamespaceObjects;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Watches the workloads and pods of one namespace for as long as a run needs them. Reading costs no request; every change
 * calls back.
 */
final class NamespaceWatch implements AutoCloseable {

    private static final Duration FIRST_LIST = Duration.ofSeconds(10);

    private final KindWatch<Deployment> deployments;
    private final KindWatch<StatefulSet> statefulSets;
    private final KindWatch<DaemonSet> daemonSets;
    private final KindWatch<CronJob> cronJobs;
    private final KindWatch<Job> jobs;
    private final KindWatch<Pod> pods;
    private final KindWatch<HorizontalPodAutoscaler> autoscalers;
    private final List<KindWatch<?>> all;

    NamespaceWatch(KubernetesClient client, String namespace, Runnable changed, Clock clock) {
        deployments = new KindWatch<>(client.apps().deployments().inNamespace(namespace), changed, clock);
        statefulSets = new KindWatch<>(client.apps().statefulSets().inNamespace(namespace), changed, clock);
        daemonSets = new KindWatch<>(client.apps().daemonSets().inNamespace(namespace), changed, clock);
        cronJobs = new KindWatch<>(client.batch().v1().cronjobs().inNamespace(namespace), changed, clock);
        jobs = new KindWatch<>(client.batch().v1().jobs().inNamespace(namespace), changed, clock);
        pods = new KindWatch<>(client.pods().inNamespace(namespace), changed, clock);
        autoscalers = new KindWatch<>(
                client.autoscaling().v2().horizontalPodAutoscalers().inNamespace(namespace), changed, clock);
        all = List.of(deployments, statefulSets, daemonSets, cronJobs, jobs, pods, autoscalers);
    }

    /**
     * Lists anew, and watches from then on, every kind of which nothing has been heard since then; at first all.
     *
     * @throws ObservationException where the API server does not answer in time; what was there before stays
     */
    void renew(Instant since) {
        List<KindWatch<?>> silent =
                all.stream().filter(kind -> kind.silentSince(since)).toList();
        try {
            CompletableFuture.allOf(silent.stream().map(KindWatch::begin).toArray(CompletableFuture[]::new))
                    .get(FIRST_LIST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            silent.forEach(KindWatch::abandon);
            Thread.currentThread().interrupt();
            throw new ObservationException("Interrupted while listing the namespace's workloads", e);
        } catch (ExecutionException | TimeoutException e) {
            silent.forEach(KindWatch::abandon);
            throw new ObservationException("The namespace's workloads could not be listed", e);
        } catch (RuntimeException e) {
            silent.forEach(KindWatch::abandon);
            throw e;
        }
        silent.forEach(KindWatch::adopt);
    }

    /** Everything as the watches have it now. */
    NamespaceObjects objects() {
        return new NamespaceObjects(
                deployments.objects(),
                statefulSets.objects(),
                daemonSets.objects(),
                cronJobs.objects(),
                jobs.objects(),
                pods.objects(),
                List.of(),
                autoscalers.objects());
    }

    @Override
    public void close() {
        all.forEach(KindWatch::close);
    }
}
