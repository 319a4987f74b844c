package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Real releases, from the first check to the last pod, under the chart's own roles. */
@EndToEnd
class WholeDowngradeTest {

    @Test
    void kustomizeWithAnOperatorThatSeesItsOwnNamespaceOnly() {
        try (GivenCluster cluster = new GivenCluster();
                InstalledInstance instance = InstalledInstance.install(
                        cluster, "e2e-kustomize", InstalledInstance.real("kustomize", "5.0.6"));
                InstalledOperator operator = new InstalledOperator(cluster, "helm3", "e2e-kustomize")) {
            downgrade(instance, InstalledInstance.real("kustomize", "4.5.1"), "4.5.1");
            assertThat(operator.log()).doesNotContain(" ERROR ").doesNotContain("password");
            // The operator goes before the namespace: a finished resource holds neither itself nor that.
        }
    }

    @Test
    void legacyWithAnOperatorThatSeesAllNamespaces() {
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator =
                        new InstalledOperator(cluster, "helm4", InstalledOperator.NAMESPACE, "watch.scope=Cluster");
                InstalledInstance instance =
                        InstalledInstance.install(cluster, "e2e-legacy", InstalledInstance.real("legacy", "4.5.1"))) {
            downgrade(instance, InstalledInstance.real("legacy", "4.0.1"), "4.0.1");
            assertThat(operator.log()).doesNotContain(" ERROR ").doesNotContain("password");
            assertThat(claims(instance))
                    .as("what only the newer release has is in it still")
                    .contains("blobstore");
        }
    }

    private static void downgrade(InstalledInstance instance, ReleaseManifests target, String to) {
        Map<String, Integer> replicas = instance.replicas();
        ExpectedEnd end = new ExpectedEnd(instance, target, to);
        instance.store("target", target);
        try (ConnectedPods pods = new ConnectedPods(instance)) {
            run(instance, to);
            assertThat(pods.besideAMigrator())
                    .as("services at work beside the migrator")
                    .isEqualTo(List.of());
        }
        end.assertReached();
        assertThat(instance.query(SchemaName.FRONTEND, "SELECT count(*) FROM migration_logs WHERE success IS NOT true"))
                .isEqualTo("0");
        instance.awaitReady();
        assertThat(instance.pods()).allSatisfy(pod -> assertThat(pod.getSpec().getContainers())
                .allSatisfy(container -> assertThat(container.getImage()).contains(":" + to)));
        Map<String, Integer> after = instance.replicas();
        replicas.keySet().retainAll(after.keySet());
        assertThat(after).containsAllEntriesOf(replicas);
        assertThat(downgradeJobs(instance)).hasSize(1);
    }

    private static void run(InstalledInstance instance, String to) {
        instance.downgrade("back", "to: v" + to + "\nstrategy: Migrator\nmanifests: {configMapRef: {name: target}}");

        SourcegraphDowngrade ended = instance.awaitEnd("back");

        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
    }

    static List<Job> downgradeJobs(InstalledInstance instance) {
        return instance.cluster()
                .client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(instance.namespace())
                .withLabel("downgrade.sourcegraph.com/job", "downgrade")
                .list()
                .getItems();
    }

    private static List<String> claims(InstalledInstance instance) {
        return instance
                .cluster()
                .client()
                .persistentVolumeClaims()
                .inNamespace(instance.namespace())
                .list()
                .getItems()
                .stream()
                .filter(claim -> claim.getMetadata().getDeletionTimestamp() == null)
                .map(claim -> claim.getMetadata().getName())
                .toList();
    }
}
