package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
        List<String> claims = claims(instance);
        instance.store("target", target);
        instance.downgrade("back", "to: v" + to + "\nstrategy: Migrator\nmanifests: {configMapRef: {name: target}}");

        SourcegraphDowngrade ended = instance.awaitEnd("back");

        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(instance.version()).isEqualTo(to);
        assertThat(instance.query(SchemaName.FRONTEND, "SELECT count(*) FROM migration_logs WHERE success IS NOT true"))
                .isEqualTo("0");
        instance.awaitReady();
        assertThat(instance.pods()).allSatisfy(pod -> assertThat(pod.getSpec().getContainers())
                .allSatisfy(container -> assertThat(container.getImage()).contains(":" + to)));
        Map<String, Integer> after = instance.replicas();
        replicas.keySet().retainAll(after.keySet());
        assertThat(after).containsAllEntriesOf(replicas);
        assertThat(claims(instance)).containsAll(claims);
        assertThat(downgradeJobs(instance))
                .singleElement()
                .satisfies(job -> assertThat(job.getStatus().getSucceeded()).isEqualTo(1));
        assertThat(instance.cluster()
                        .client()
                        .apps()
                        .deployments()
                        .inNamespace(instance.namespace())
                        .list()
                        .getItems())
                .as("nothing of the run is left on the workloads")
                .allSatisfy(workload -> assertThat(annotations(workload))
                        .noneMatch(name -> name.startsWith("downgrade.sourcegraph.com/")));
    }

    private static List<String> annotations(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? List.of() : List.copyOf(annotations.keySet());
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
