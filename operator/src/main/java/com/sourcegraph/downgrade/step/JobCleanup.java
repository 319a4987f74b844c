package com.sourcegraph.downgrade.step;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a run's Jobs when its resource was deleted in the middle of the run. The downgrade's belongs to no object until
 * the run has ended, so that no deletion in the foreground kills it; so nobody else would. Best effort: what is left is a
 * finished Job.
 */
final class JobCleanup {

    private static final Logger LOGGER = LoggerFactory.getLogger(JobCleanup.class);

    private final RunJobs jobs;

    JobCleanup(RunJobs jobs) {
        this.jobs = jobs;
    }

    void clean(KubernetesClient writer, String namespace, String runName, String runUid) {
        try {
            jobs.of(namespace, runName, runUid).forEach(job -> delete(writer, namespace, job));
        } catch (KubernetesClientException e) {
            LOGGER.atWarn()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("name", runName)
                    .log("The migrator's Jobs could not be listed, and stay; delete them by hand: {}", e.getMessage());
        }
    }

    /** One that is refused is no reason to leave the others. */
    private static void delete(KubernetesClient writer, String namespace, Job job) {
        try {
            writer.resource(job)
                    .lockResourceVersion(job.getMetadata().getResourceVersion())
                    .delete();
        } catch (KubernetesClientException e) {
            LOGGER.atWarn()
                    .addKeyValue("namespace", namespace)
                    .log(
                            "Job {} could not be deleted, and stays: kubectl -n {} delete job {} ({})",
                            job.getMetadata().getName(),
                            namespace,
                            job.getMetadata().getName(),
                            e.getMessage());
        }
    }
}
