package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An administrator upgrades the chart, and with it the definition, while a migrator is at work. Both install the image of this
 * source: that a new operator understands what an older one has written into a status is not shown here.
 */
@EndToEnd
class ChartUpgradeTest {
    private static final String DEFINITION = "sourcegraphdowngrades.downgrade.sourcegraph.com";

    @ParameterizedTest
    @ValueSource(strings = {"helm3", "helm4"})
    void theRunGoesOn(String helm) {
        String scope = "watch.scope=Cluster";
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator =
                        new InstalledOperator(cluster, helm, InstalledOperator.NAMESPACE, previousChart(), scope);
                SampleRun run = new SampleRun(cluster, "e2e-upgrade-" + helm)) {
            assertThat(served(cluster)).as("the definition of before").isNotEqualTo(ofThisSource());
            List<Pod> before = pods(operator);
            run.migratorFaults("slow:3000");
            run.start();
            run.awaitMigrating();

            // As a new image does, this makes new pods.
            operator.upgrade(scope, "podAnnotations.upgraded=yes");

            assertThat(served(cluster)).isEqualTo(ofThisSource());
            List<Pod> after = Awaitility.await(
                            "the new operator alone: Helm may be done before the old one is told to stop")
                    .atMost(InstalledInstance.PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> pods(operator), found -> found.size() == 1);
            run.assertEndsAsUndisturbed();
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance()))
                    .singleElement()
                    .satisfies(job -> {
                        assertThat(job.getStatus().getSucceeded()).isEqualTo(1);
                        assertThat(after).singleElement().satisfies(pod -> {
                            assertThat(pod.getMetadata().getName())
                                    .isNotIn(before.stream()
                                            .map(old -> old.getMetadata().getName())
                                            .toList());
                            assertThat(Instant.parse(pod.getStatus().getStartTime()))
                                    .as("the new operator is there while the migrator is at work")
                                    .isBefore(Instant.parse(job.getStatus().getCompletionTime()));
                        });
                    });
            assertThat(operator.log()).doesNotContain(" ERROR ");
        }
    }

    static Path previousChart() {
        return GivenCluster.project()
                .resolve("e2e/src/test/resources/previous-chart/sourcegraph-downgrade-operator-0.1.0.tgz");
    }

    private static List<Pod> pods(InstalledOperator operator) {
        return operator.pods().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    static JsonNode served(GivenCluster cluster) {
        return schema(cluster.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(DEFINITION)
                .get());
    }

    static JsonNode ofThisSource() {
        try {
            return schema(Serialization.unmarshal(
                    Files.readString(GivenCluster.project().resolve("crds/" + DEFINITION + ".yaml")),
                    CustomResourceDefinition.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode schema(CustomResourceDefinition definition) {
        return Serialization.jsonMapper()
                .valueToTree(definition.getSpec().getVersions().get(0).getSchema());
    }
}
