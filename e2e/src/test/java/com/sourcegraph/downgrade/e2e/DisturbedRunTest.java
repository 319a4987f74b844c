package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Whatever dies on the way: the run ends where an undisturbed one does, with one successful downgrade of the schema. */
@EndToEnd
class DisturbedRunTest {

    @Test
    void operatorKilledInEachStep() {
        TestCluster parts = TestCluster.given();
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator = new InstalledOperator(
                        cluster,
                        "helm3",
                        InstalledOperator.NAMESPACE,
                        "watch.scope=Cluster",
                        "leaderElection.enabled=false");
                SampleRun run = new SampleRun(cluster, "e2e-killed")) {
            run.start("approval: Manual");
            Set<StepName> killed = EnumSet.noneOf(StepName.class);
            run.await("the end of the run", resource -> {
                resource.getStatus().steps().stream()
                        .filter(step -> step.state() == StepState.RUNNING && killed.add(step.name()))
                        .forEach(step -> operator.kill(parts));
                if (asks(resource)) {
                    run.patchAsTold(resource);
                }
                return resource.getStatus().finishedAt() != null;
            });
            // Verify is over in the turn in which it begins.
            assertThat(killed)
                    .as("steps in which the operator was killed")
                    .contains(
                            StepName.PREFLIGHT,
                            StepName.APPROVAL,
                            StepName.QUIESCE,
                            StepName.MIGRATE,
                            StepName.VERIFY_SCHEMA,
                            StepName.APPLY_MANIFESTS,
                            StepName.ROLLOUT);
            run.assertEndsAsUndisturbed();
        }
    }

    @Test
    void migratorKilledAndScaledUpBySomeone() {
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator =
                        new InstalledOperator(cluster, "helm3", InstalledOperator.NAMESPACE, "watch.scope=Cluster");
                SampleRun run = new SampleRun(cluster, "e2e-disturbed")) {
            // Killed in the midst of a revert it is another story: a person has to help there.
            run.migratorFaults("hang-after-migration:1");
            run.start();
            run.await("quiescing", resource -> resource.getStatus().phase() == Phase.QUIESCING);
            cluster.kubectl("scale", "deployment/worker", "--replicas=3", "--namespace=e2e-disturbed");

            Pod hanging = run.awaitMigrating();
            Awaitility.await("one revert, from its beginning to its end")
                    .atMost(InstalledInstance.PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> reverted(run.instance()) == 1);
            assertThat(run.instance().get(SampleRun.NAME).getStatus().phase()).isEqualTo(Phase.MIGRATING);
            run.assertServicesAtZero();
            run.migratorFaults("");
            cluster.client().resource(hanging).withGracePeriod(0).delete();

            run.assertEndsAsUndisturbed();
            assertThat(operator.log()).doesNotContain(" ERROR ");
        }
    }

    /** The migrator decides with which schema it begins. */
    private static int reverted(InstalledInstance instance) {
        return Stream.of(SchemaName.values())
                .mapToInt(schema -> Integer.parseInt(
                        instance.query(schema, "SELECT count(*) FROM migration_logs WHERE NOT up AND success")))
                .sum();
    }

    private static boolean asks(SourcegraphDowngrade resource) {
        return resource.getSpec().approvedPlan() == null
                && resource.getStatus().nextAction() != null
                && resource.getStatus().nextAction().contains("approvedPlan");
    }
}
