package com.sourcegraph.downgrade.step;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.migrator.MigratorJobOwner;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the downgrade's Jobs belong to their resource once its run has ended: no deletion can interrupt a migration any more,
 * and the garbage collector deletes them with the resource, also where no operator runs by then.
 */
final class JobHandover {

    private static final Logger LOGGER = LoggerFactory.getLogger(JobHandover.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Bad request, forbidden, not found, unprocessable. */
    private static final Set<Integer> REFUSED_FOR_GOOD = Set.of(400, 403, 404, 422);

    private final RunJobs jobs;

    JobHandover(RunJobs jobs) {
        this.jobs = jobs;
    }

    /** Repeatable. What the API server refuses for good is left without an owner: a finished Job must not hold its resource. */
    void handOver(KubernetesClient writer, String namespace, String runName, String runUid) {
        for (Job job : jobs.of(namespace, runName, runUid)) {
            if (job.getMetadata().getOwnerReferences().isEmpty() && !running(job)) {
                handOver(writer, job, runName, runUid);
            }
        }
    }

    private static boolean running(Job job) {
        return job.getStatus() != null
                && job.getStatus().getActive() != null
                && job.getStatus().getActive() > 0;
    }

    private static void handOver(KubernetesClient writer, Job job, String runName, String runUid) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata")
                .put("resourceVersion", job.getMetadata().getResourceVersion())
                .set(
                        "ownerReferences",
                        JSON.createArrayNode().add(JSON.valueToTree(MigratorJobOwner.of(runName, runUid))));
        try {
            writer.resource(job).patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString());
        } catch (KubernetesClientException e) {
            if (!REFUSED_FOR_GOOD.contains(e.getCode())) {
                throw e;
            }
            LOGGER.atWarn()
                    .addKeyValue("namespace", job.getMetadata().getNamespace())
                    .addKeyValue("name", runName)
                    .log(
                            "Job {} stays when the resource is deleted; delete it by hand: {}",
                            job.getMetadata().getName(),
                            e.getMessage());
        }
    }
}
