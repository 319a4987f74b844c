package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;

/**
 * What was read of one namespace. The objects may come from informer caches: nothing here ever changes them.
 *
 * @param replicaSets may be left empty: a Deployment's pods are then recognised by their template hash
 */
public record NamespaceObjects(
        List<Deployment> deployments,
        List<StatefulSet> statefulSets,
        List<DaemonSet> daemonSets,
        List<CronJob> cronJobs,
        List<Job> jobs,
        List<Pod> pods,
        List<ReplicaSet> replicaSets,
        List<HorizontalPodAutoscaler> autoscalers) {
    public NamespaceObjects {
        deployments = List.copyOf(deployments);
        statefulSets = List.copyOf(statefulSets);
        daemonSets = List.copyOf(daemonSets);
        cronJobs = List.copyOf(cronJobs);
        jobs = List.copyOf(jobs);
        pods = List.copyOf(pods);
        replicaSets = List.copyOf(replicaSets);
        autoscalers = List.copyOf(autoscalers);
    }

    /** Whether a Deployment, StatefulSet or DaemonSet of that name is there. */
    public boolean has(String kind, String name) {
        List<? extends HasMetadata> objects =
                switch (kind) {
                    case "Deployment" -> deployments;
                    case "StatefulSet" -> statefulSets;
                    case "DaemonSet" -> daemonSets;
                    default -> throw new IllegalArgumentException(kind + " is no kind of workload that is watched");
                };
        return objects.stream()
                .anyMatch(object -> object.getMetadata().getName().equals(name));
    }
}
