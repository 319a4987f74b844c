package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The migrator fails in the ways it has: the run stops, says what happened and what to do, and goes on once that is done. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailingMigratorTest {

    private GivenCluster cluster;
    private InstalledOperator operator;

    @BeforeAll
    void install() {
        cluster = new GivenCluster();
        operator = new InstalledOperator(cluster, "helm3", InstalledOperator.NAMESPACE, "watch.scope=Cluster");
    }

    @AfterAll
    void close() {
        try {
            assertThat(operator.log()).doesNotContain(" ERROR ").doesNotContain("password");
        } finally {
            operator.close();
            cluster.close();
        }
    }

    @Test
    void anErrorInTheSqlWaitsForItsRepair() {
        try (SampleRun run = new SampleRun(cluster, "e2e-sql-error")) {
            String migration = run.instance()
                    .query(
                            SchemaName.FRONTEND,
                            "SELECT max(version) FROM migration_logs WHERE schema = 'schema_migrations' AND up");
            run.migratorFaults("fail:" + migration);
            run.start();

            SourcegraphDowngrade stopped = run.awaitStall("MigratorFailed");

            assertThat(SampleRun.condition(stopped, "Stalled").getMessage())
                    .contains("Job back-downgrade-1", "SQL_ERROR", migration, "other objects depend on it")
                    .contains("The services stay at zero");
            assertThat(stopped.getStatus().migration().lastError()).contains(migration);
            assertThat(cluster.kubectl("logs", "job/back-downgrade-1", "--namespace=e2e-sql-error"))
                    .as("what the migrator itself prints")
                    .contains("password");
            assertThat(Serialization.asYaml(stopped)).doesNotContain("password");
            assertThat(cluster.kubectl("get", "events", "--namespace=e2e-sql-error", "--output=yaml"))
                    .contains("MigratorFailed")
                    .doesNotContain("password");
            run.assertServicesAtZero();

            run.migratorFaults("");
            run.patchAsTold(stopped);

            SourcegraphDowngrade ended = run.assertEndsAsUndisturbed();
            assertThat(ended.getStatus().migration().attempt()).isEqualTo(2);
        }
    }

    /** What it needs lies between the memory of the third attempt and that of the fourth. */
    @Test
    void oneThatIsKilledByTheKernelForItsMemoryGetsMoreWithEachAttempt() {
        try (SampleRun run = new SampleRun(cluster, "e2e-memory")) {
            run.migratorFaults("memory:600");
            run.start("migrator: {memory: 128Mi}");

            SourcegraphDowngrade stopped = run.awaitStall("MigratorFailed");

            assertThat(SampleRun.condition(stopped, "Stalled").getMessage())
                    .contains("Job back-downgrade-3", "OUT_OF_MEMORY", "more memory than its limit", "OOMKilled");
            run.assertServicesAtZero();

            run.patchAsTold(stopped);

            run.assertEndsAsUndisturbed();
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance()))
                    .extracting(job -> job.getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .get(0)
                            .getResources()
                            .getLimits()
                            .get("memory"))
                    .containsExactlyInAnyOrderElementsOf(List.of(
                            new Quantity("128Mi"), new Quantity("256Mi"), new Quantity("512Mi"), new Quantity("1Gi")));
        }
    }

    /** It may only be slow, so nobody but a person ends it. */
    @Test
    void oneThatHangsIsToldAndCanBeEnded() {
        try (SampleRun run = new SampleRun(cluster, "e2e-hanging")) {
            run.migratorFaults("hang-after-migration:2");
            run.start("deadlines: {migrate: 15s}");
            Pod hanging = run.awaitMigrating();

            SourcegraphDowngrade stopped = run.awaitStall("StepDeadlineExceeded");

            assertThat(SampleRun.condition(stopped, "Stalled").getMessage())
                    .contains("Migrate", "back-downgrade-1", "got further");
            assertThat(stopped.getStatus().nextAction()).contains("logs job/back-downgrade-1");
            run.assertServicesAtZero();

            run.migratorFaults("slow:1500");
            cluster.kubectl("delete", "pod", hanging.getMetadata().getName(), "--namespace=e2e-hanging");

            SourcegraphDowngrade again = run.await(
                    "the second attempt",
                    resource -> resource.getStatus().migration().attempt() == 2
                            && resource.getStatus().migration().reverted() != null);
            assertThat(InstalledInstance.has(again, "Stalled"))
                    .as("what works is not told to be stuck:\n" + Serialization.asYaml(again.getStatus()))
                    .isFalse();
            run.assertEndsAsUndisturbed();
        }
    }
}
