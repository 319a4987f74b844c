package com.sourcegraph.downgrade.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.migrator.LabelledJob;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobHandoverTest {

    /** The garbage collector would delete it with the resource. */
    @Test
    void aJobOfSomebodyElseThatWasGivenTheRunsLabelsGetsNoOwner() {
        try (InMemoryCluster cluster = InMemoryCluster.builder().controllers().start()) {
            KubernetesClient client = cluster.client();
            LabelledJob.create(client, "back-downgrade-2", "downgrade", 2);
            LabelledJob.create(client, "nightly-backup", "downgrade", 2);

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
}
