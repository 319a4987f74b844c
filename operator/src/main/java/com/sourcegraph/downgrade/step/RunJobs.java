package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.migrator.MigratorLabels;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Jobs that a run has made, as the API server has them this moment.
 *
 * <p>A Job's own labels can be changed by whoever may patch Jobs, those of its template by nobody: a Job of somebody else
 * that is given the run's label is not deleted for it, and gets no owner that would take it along.
 */
final class RunJobs {

    private final KubernetesClient reader;

    RunJobs(KubernetesClient reader) {
        this.reader = reader;
    }

    List<Job> of(String namespace, String runUid) {
        return reader
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(MigratorLabels.RUN_UID, runUid)
                .list()
                .getItems()
                .stream()
                .filter(job -> runUid.equals(templateLabels(job).get(MigratorLabels.RUN_UID)))
                .toList();
    }

    private static Map<String, String> templateLabels(Job job) {
        return Optional.ofNullable(job.getSpec().getTemplate().getMetadata())
                .map(metadata -> metadata.getLabels())
                .orElse(Map.of());
    }
}
