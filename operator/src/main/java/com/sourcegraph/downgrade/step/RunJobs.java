package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.migrator.MigratorJobReader;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.migrator.MigratorLabels;
import com.sourcegraph.downgrade.redact.Redactor;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/**
 * The Jobs that a run has made, as the API server has them this moment: a Job of somebody else that is given the run's labels
 * is not deleted for them, and gets no owner that would take it along.
 *
 * @see MigratorJobState#isOf
 */
final class RunJobs {

    private final KubernetesClient reader;
    private final MigratorJobReader jobs = new MigratorJobReader(Redactor.none());

    RunJobs(KubernetesClient reader) {
        this.reader = reader;
    }

    List<Job> of(String namespace, String runName, String runUid) {
        return reader
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(MigratorLabels.RUN_UID, runUid)
                .list()
                .getItems()
                .stream()
                .filter(job -> jobs.read(job, List.of())
                        .filter(state -> state.isOf(runName, runUid))
                        .isPresent())
                .toList();
    }
}
