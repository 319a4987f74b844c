package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Somebody scales a service up while it is stopped, and the migrator's pod is killed between two reverts. */
@Story
class KilledMigratorStoryTest {
    private static final String NAMESPACE = "e2e-disturbed";

    private final StoryOperator operator;

    KilledMigratorStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void theRunEndsWhereAnUndisturbedOneDoes() {
        GivenCluster cluster = operator.cluster();
        try (SampleRun run = new SampleRun(cluster, NAMESPACE, slowToStop())) {
            // Killed in the midst of a revert it is another story: a person has to help there.
            run.migratorFaults("hang-after-migration:1");
            run.start();
            run.await(
                    "the worker is at zero, and gitserver takes its time",
                    resource -> resource.getStatus().phase() == Phase.QUIESCING
                            && run.instance().replicas().get("Deployment/worker") == 0);
            cluster.kubectl("scale", "deployment/worker", "--replicas=3", "--namespace=" + NAMESPACE);

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
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }

    /** So that somebody has the time to scale up in the midst of it. */
    private static ReleaseManifests slowToStop() {
        return new ContainerSettings(InstalledInstance.sample("5.0.6"))
                .env("gitserver", "STAND_IN_STOP_MILLIS", "25000");
    }

    /** The migrator decides with which schema it begins. */
    private static int reverted(InstalledInstance instance) {
        return Stream.of(SchemaName.values())
                .mapToInt(schema -> Integer.parseInt(
                        instance.query(schema, "SELECT count(*) FROM migration_logs WHERE NOT up AND success")))
                .sum();
    }
}
