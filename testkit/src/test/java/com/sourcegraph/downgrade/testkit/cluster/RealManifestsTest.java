package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every real release comes up whole in the in-memory cluster. */
class RealManifestsTest {

    static List<Path> releases() {
        return Manifests.releases();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everyWorkloadOfTheReleaseBecomesReady(Path release) {
        Manifests.assumeThere();
        try (InMemoryCluster cluster = InMemoryCluster.start()) {
            KubernetesClient client = cluster.client();
            for (HasMetadata object : Manifests.objects(release, client)) {
                client.resource(object).inNamespace("default").create();
            }

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                for (Deployment deployment : client.apps().deployments().list().getItems()) {
                    assertThat(deployment.getStatus().getReadyReplicas())
                            .as(deployment.getMetadata().getName())
                            .isEqualTo(deployment.getSpec().getReplicas());
                    assertThat(deployment.getStatus().getObservedGeneration())
                            .isEqualTo(deployment.getMetadata().getGeneration());
                }
                for (StatefulSet set : client.apps().statefulSets().list().getItems()) {
                    assertThat(set.getStatus().getReadyReplicas())
                            .as(set.getMetadata().getName())
                            .isEqualTo(set.getSpec().getReplicas());
                }
                for (DaemonSet set : client.apps().daemonSets().list().getItems()) {
                    assertThat(set.getStatus().getNumberReady())
                            .as(set.getMetadata().getName())
                            .isEqualTo(1);
                }
            });
            assertThat(client.pods().list().getItems()).hasSizeGreaterThan(15);
            assertThat(client.persistentVolumeClaims().list().getItems())
                    .allSatisfy(
                            claim -> assertThat(claim.getStatus().getPhase()).isEqualTo("Bound"));
        }
    }
}
