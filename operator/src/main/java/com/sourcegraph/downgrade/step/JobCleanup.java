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

    void clean(KubernetesClient writer, String namespace, String runUid) {
        try {
            for (Job job : jobs.of(namespace, runUid)) {
                writer.resource(job)
                        .lockResourceVersion(job.getMetadata().getResourceVersion())
                        .delete();
            }
        } catch (KubernetesClientException e) {
            LOGGER.atWarn()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("runUid", runUid)
                    .log("The migrator's Jobs could not be deleted: {}", e.getMessage());
        }
    }
}
