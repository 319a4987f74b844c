package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever dies on the way: the run ends where an undisturbed one does, with one successful downgrade of the schema. */
@EndToEnd
class DisturbedRunTest {

    private static final String SPEC = "to: v4.5.1\nstrategy: Migrator\nmanifests: {configMapRef: {name: target}}";

    @Test
    void operatorKilledInEachStep() {
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator = new InstalledOperator(
                        cluster,
                        "helm3",
                        InstalledOperator.NAMESPACE,
                        "watch.scope=Cluster",
                        "leaderElection.enabled=false");
                InstalledInstance instance =
                        InstalledInstance.install(cluster, "e2e-killed", InstalledInstance.sample("5.0.6"))) {
            Map<String, Integer> replicas = instance.replicas();
            instance.store("target", InstalledInstance.sample("4.5.1"));
            instance.downgrade("back", SPEC);
            Set<StepName> killed = EnumSet.noneOf(StepName.class);
            SourcegraphDowngrade last = instance.await("back", "the end of the run", resource -> {
                resource.getStatus().steps().stream()
                        .filter(step -> step.state() == StepState.RUNNING && killed.add(step.name()))
                        .forEach(step -> operator.kill());
                return resource.getStatus().finishedAt() != null;
            });
            assertThat(killed)
                    .as("steps in which the operator was killed")
                    .contains(
                            StepName.PREFLIGHT,
                            StepName.QUIESCE,
                            StepName.MIGRATE,
                            StepName.APPLY_MANIFESTS,
                            StepName.ROLLOUT);
            assertSame(instance, last, replicas);
        }
    }

    @Test
    void migratorKilledAndScaledUpBySomeone() {
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator =
                        new InstalledOperator(cluster, "helm3", InstalledOperator.NAMESPACE, "watch.scope=Cluster");
                InstalledInstance instance =
                        InstalledInstance.install(cluster, "e2e-disturbed", InstalledInstance.sample("5.0.6"))) {
            Map<String, Integer> replicas = instance.replicas();
            instance.store("target", InstalledInstance.sample("4.5.1"));
            // Slow enough to be met in the middle of its work.
            cluster.kubectl(
                    "patch",
                    "configmap/sourcegraph-frontend-env",
                    "--namespace=" + instance.namespace(),
                    "--type=merge",
                    "--patch={\"data\":{\"MIGRATOR_FAULTS\":\"slow:1000\"}}");
            instance.downgrade("back", SPEC);
            instance.await("back", "quiescing", resource -> resource.getStatus().phase() == Phase.QUIESCING);
            cluster.kubectl("scale", "deployment/worker", "--replicas=3", "--namespace=" + instance.namespace());

            SourcegraphDowngrade migrating = instance.await(
                    "back",
                    "the migrator's first revert",
                    resource -> resource.getStatus().migration() != null
                            && !migratorPods(instance).isEmpty()
                            && instance.cluster()
                                    .client()
                                    .pods()
                                    .resource(migratorPods(instance).get(0))
                                    .getLog()
                                    .contains("\"Applying migration\""));
            assertThat(migrating.getStatus().phase()).isEqualTo(Phase.MIGRATING);
            assertThat(instance.replicas().get("Deployment/worker")).isZero();
            migratorPods(instance)
                    .forEach(pod ->
                            cluster.client().resource(pod).withGracePeriod(0).delete());

            assertSame(instance, instance.awaitEnd("back"), replicas);
            assertThat(operator.log()).doesNotContain(" ERROR ");
        }
    }

    private static List<Pod> migratorPods(InstalledInstance instance) {
        return instance
                .cluster()
                .client()
                .pods()
                .inNamespace(instance.namespace())
                .withLabel("downgrade.sourcegraph.com/job", "downgrade")
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getStatus().getPhase().equals("Running"))
                .toList();
    }

    private static void assertSame(
            InstalledInstance instance, SourcegraphDowngrade ended, Map<String, Integer> replicas) {
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(instance.version()).isEqualTo("4.5.1");
        assertThat(instance.replicas()).isEqualTo(replicas);
        assertThat(WholeDowngradeTest.downgradeJobs(instance))
                .filteredOn(job -> job.getStatus().getSucceeded() != null
                        && job.getStatus().getSucceeded() > 0)
                .hasSize(1);
        instance.awaitReady();
    }
}
