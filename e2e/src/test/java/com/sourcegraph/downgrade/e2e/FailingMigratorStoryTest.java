package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The migrator fails in the ways it has: the run stops, says what happened and what to do, and goes on once that is done. */
@Story
@Execution(ExecutionMode.CONCURRENT)
class FailingMigratorStoryTest {

    private static final String SQL_ERROR = "e2e-sql-error";
    private static final String HANGING = "e2e-hanging";

    private final StoryOperator operator;
    private final GivenCluster cluster;

    FailingMigratorStoryTest(StoryOperator operator) {
        this.operator = operator;
        this.cluster = operator.cluster();
    }

    @Test
    void anErrorInTheSqlWaitsForItsRepair() {
        try (SampleRun run = new SampleRun(cluster, SQL_ERROR)) {
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
            assertThat(cluster.kubectl("logs", "job/back-downgrade-1", "--namespace=" + SQL_ERROR))
                    .as("what the migrator itself prints")
                    .contains("password");
            assertThat(Serialization.asYaml(stopped)).doesNotContain("password");
            assertThat(cluster.kubectl("get", "events", "--namespace=" + SQL_ERROR, "--output=yaml"))
                    .contains("MigratorFailed")
                    .doesNotContain("password");
            run.assertServicesAtZero();

            run.migratorFaults("");
            run.patchAsTold(stopped);

            SourcegraphDowngrade ended = run.assertEndsAsUndisturbed();
            assertThat(ended.getStatus().migration().attempt()).isEqualTo(2);
            assertLogIsClean(SQL_ERROR);
        }
    }

    /** It may only be slow, so nobody but a person ends it. */
    @Test
    void oneThatHangsIsToldAndCanBeEnded() {
        try (SampleRun run = new SampleRun(cluster, HANGING)) {
            run.migratorFaults("hang-after-migration:2");
            run.start("deadlines: {migrate: 30s}");
            Pod hanging = run.awaitMigrating();

            SourcegraphDowngrade stopped = run.awaitStall("StepDeadlineExceeded");

            assertThat(SampleRun.condition(stopped, "Stalled").getMessage())
                    .contains("Migrate", "back-downgrade-1", "got further");
            assertThat(stopped.getStatus().nextAction()).contains("logs job/back-downgrade-1");
            run.assertServicesAtZero();

            run.migratorFaults("slow:1500");
            cluster.kubectl("delete", "pod", hanging.getMetadata().getName(), "--namespace=" + HANGING);

            SourcegraphDowngrade again = run.await(
                    "the second attempt",
                    resource -> resource.getStatus().migration().attempt() == 2
                            && resource.getStatus().migration().reverted() != null);
            assertThat(InstalledInstance.has(again, "Stalled"))
                    .as("what works is not told to be stuck:\n" + Serialization.asYaml(again.getStatus()))
                    .isFalse();
            run.assertEndsAsUndisturbed();
            assertLogIsClean(HANGING);
        }
    }

    private void assertLogIsClean(String namespace) {
        assertThat(operator.log(namespace))
                .noneMatch(line -> line.contains(" ERROR "))
                .noneMatch(line -> line.contains("password"));
    }
}
