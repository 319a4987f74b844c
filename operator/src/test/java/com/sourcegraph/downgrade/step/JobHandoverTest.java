package com.sourcegraph.downgrade.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.migrator.MigratorLabels;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobHandoverTest {

    /** The garbage collector would delete it with the resource. */
    @Test
    void aJobOfSomebodyElseThatWasGivenTheRunsLabelsGetsNoOwner() {
        try (InMemoryCluster cluster = InMemoryCluster.builder().controllers().start()) {
            KubernetesClient client = cluster.client();
            create(client, "back-downgrade-2");
            create(client, "nightly-backup");

            new JobHandover(new RunJobs(client)).handOver(client, "default", "back", "uid");

            assertThat(owners(client, "back-downgrade-2"))
                    .extracting(OwnerReference::getName)
                    .containsExactly("back");
            assertThat(owners(client, "nightly-backup")).isEmpty();
        }
    }

    private static List<OwnerReference> owners(KubernetesClient client, String job) {
        return client.batch()
                .v1()
                .jobs()
                .inNamespace("default")
                .withName(job)
                .get()
                .getMetadata()
                .getOwnerReferences();
    }

    private static void create(KubernetesClient client, String name) {
        client.resource(Serialization.unmarshal(
                        """
                        apiVersion: batch/v1
                        kind: Job
                        metadata:
                          name: %s
                          namespace: default
                          labels: {%s: uid, %s: downgrade, %s: "2"}
                        spec:
                          suspend: true
                          template: {spec: {restartPolicy: Never, containers: [{name: main, image: migrator}]}}
                        """.formatted(name, MigratorLabels.RUN_UID, MigratorLabels.JOB, MigratorLabels.ATTEMPT),
                        Job.class))
                .create();
    }
}
