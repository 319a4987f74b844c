package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import com.sourcegraph.downgrade.testkit.service.ServiceSettings;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing is connected while the migrator runs, whoever scales up meanwhile; and everybody gets back what they had. */
class QuiesceRunTest {

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    private SourcegraphDowngrade complete() {
        SourcegraphDowngrade ended = world.awaitEnd("back");
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(world.unready()).isEmpty();
        return ended;
    }

    private void scale(String deployment, int replicas) {
        world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName(deployment)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":" + replicas + "}}");
    }

    /** Where the target manifests name no count, what was before the run comes back. */
    @Test
    void aCountThatNoManifestNamesComesBack() {
        world.putTarget(CountlessTarget.of(world.target(), "worker").yaml());
        scale("worker", 3);
        world.startOperator();
        world.applyMigrator("back");

        complete();

        assertThat(world.replicas("worker")).isEqualTo(3);
        assertThat(world.unready()).isEmpty();
    }

    /** A person has given the worker another count than the manifests name. */
    @Test
    void whatTheManifestsNameCounts() {
        scale("prometheus", 0);
        scale("worker", 3);
        world.startOperator();
        world.applyMigrator("back");

        SourcegraphDowngrade ended = complete();

        assertThat(ended.getStatus().workloads()).anySatisfy(workload -> {
            assertThat(workload.name()).isEqualTo("worker");
            assertThat(workload.classification()).isEqualTo("Indirect");
        });
        // What the target manifests name is what the owner's next apply would set.
        assertThat(world.replicas("worker")).isEqualTo(1);
        assertThat(world.replicas("sourcegraph-frontend")).isEqualTo(2);
    }

    @Test
    void aServiceThatDoesNotStopIsWaitedForUntilItIsKilled() {
        world.stopOperator();
        world.programs().services(ServiceSettings.brisk().refusingToStop("worker"));
        world.client()
                .pods()
                .inNamespace(world.namespace())
                .withLabel("app", "worker")
                .delete();
        Awaitility.await()
                .atMost(DowngradeWorld.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> world.unready().isEmpty());
        world.startOperator();
        world.applyMigrator("back");

        complete();

        assertThat(world.programs().migratorInvocations())
                .filteredOn(invocation -> invocation.isDowngrade())
                .hasSize(1);
    }

    /** As a GitOps controller does that corrects drift: the run corrects it again, and no migrator starts meanwhile. */
    @Test
    void whoScalesUpWhileServicesStopIsScaledDownAgain() {
        world.when(StepName.MIGRATE, () -> scale("sourcegraph-frontend", 2));
        world.startOperator();
        world.applyMigrator("back");

        complete();

        assertThat(world.replicas("sourcegraph-frontend")).isEqualTo(2);
        assertThat(scaledDown("sourcegraph-frontend")).isGreaterThanOrEqualTo(2);
        assertThat(world.jobs("downgrade")).hasSize(1);
    }

    /** As a tool does that nobody has paused. Who it is must be told all the time, and no migrator starts between two writes. */
    @Test
    void whoScalesUpAgainAndAgainIsNamedAndHoldsTheMigratorBack() {
        ScheduledExecutorService tool = Executors.newSingleThreadScheduledExecutor();
        try {
            AtomicInteger writes = new AtomicInteger();
            // From the moment on in which the worker was stopped: a run that is quiet before has no reason to wait.
            world.cluster().onRequest(new RequestHook() {
                @Override
                public void afterCommit(RequestRecord request) {
                    if (request.isWrite()
                            && request.user().equals(DowngradeWorld.OPERATOR)
                            && request.name().equals("worker")
                            && writes.compareAndSet(0, 1)) {
                        bringBack(writes);
                        tool.scheduleWithFixedDelay(() -> bringBack(writes), 300, 300, TimeUnit.MILLISECONDS);
                    }
                }
            });
            world.startOperator();
            world.applyMigrator("back");
            world.await("back", QuiesceRunTest::namesTheTool);
            int begun = writes.get();

            Awaitility.await("ten more writes")
                    .atMost(DowngradeWorld.PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        assertThat(namesTheTool(world.get("back")))
                                .as(Serialization.asYaml(world.get("back").getStatus()))
                                .isTrue();
                        assertThat(world.jobs("downgrade")).isEmpty();
                        return writes.get() >= begun + 10;
                    });

            assertThat(scaledDown("worker")).as("writes against the tool").isLessThanOrEqualTo(2);
            tool.shutdownNow();
            assertThat(tool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tool.shutdownNow();
        }
        SourcegraphDowngrade ended = complete();
        assertThat(ended.getStatus().workloads())
                .filteredOn(workload -> workload.name().equals("worker"))
                .singleElement()
                .satisfies(worker -> {
                    assertThat(worker.broughtBackBy()).isEqualTo("gitops-tool");
                    assertThat(worker.broughtBackAt()).isNotBlank();
                });
        assertThat(world.jobs("downgrade")).hasSize(1);
    }

    private void bringBack(AtomicInteger writes) {
        PatchContext apply = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("gitops-tool")
                .withForce(true)
                .build();
        world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName("worker")
                .patch(
                        apply,
                        "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"worker\"},"
                                + "\"spec\":{\"replicas\":1}}");
        writes.incrementAndGet();
    }

    private static boolean namesTheTool(SourcegraphDowngrade resource) {
        return resource.getStatus() != null
                && DowngradeWorld.condition(resource, "Ready").getMessage().contains("again by gitops-tool");
    }

    private long scaledDown(String deployment) {
        return world.operatorWrites().stream()
                .filter(write -> write.name().equals(deployment)
                        && write.verb().equals("patch")
                        && write.resource().equals("deployments"))
                .filter(write -> !write.patchType().equals("apply"))
                .count();
    }

    @Test
    void whoScalesUpWhileTheMigratorRunsIsScaledDownAgain() {
        world.programs().failNextDowngrades(MigratorFaults.none().slow(Duration.ofMillis(400)));
        // A frontend's pod has a container that runs the migrator's "up" before the frontend itself.
        world.bringsUpBesideTheMigrator("migrator", "frontend");
        world.startOperator();
        world.applyMigrator("back");
        world.await(
                "back",
                resource -> resource.getStatus() != null
                        && resource.getStatus().migration() != null
                        && resource.getStatus().migration().reverted() != null
                        && resource.getStatus().migration().reverted() > 0);

        scale("sourcegraph-frontend", 2);

        Awaitility.await()
                .atMost(DowngradeWorld.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> world.replicas("sourcegraph-frontend") == 0);
        assertThat(world.get("back").getStatus().migration().attempt()).isEqualTo(1);
        complete();
        assertThat(world.replicas("sourcegraph-frontend")).isEqualTo(2);
        assertThat(world.jobs("downgrade")).hasSize(1);
    }

    /** Only when the last session is gone does the migrator start. */
    @Test
    void aSessionThatIsLeftHoldsTheMigratorBackUntilTheDeadlineTells() throws SQLException {
        try (Connection session = world.databases().breakages().session(SchemaName.CODEINTEL, "worker")) {
            world.startOperator();
            world.applyMigrator("back");
            world.await(
                    "back",
                    resource -> DowngradeWorld.running(resource, StepName.QUIESCE)
                            && DowngradeWorld.condition(resource, "Ready")
                                    .getMessage()
                                    .contains("session"));

            world.clock().advance(Duration.ofHours(1));
            world.nudge();

            SourcegraphDowngrade stalled = world.awaitStall("back", "StepDeadlineExceeded");
            assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                    .contains("Quiesce", "codeintel", "worker");
            assertThat(world.jobs("downgrade")).isEmpty();
            assertThat(session.isClosed()).isFalse();
        }

        SourcegraphDowngrade ended = complete();
        assertThat(world.awaitEvent("back", "Complete")).containsSubsequence("StepDeadlineExceeded", "Resumed");
        assertThat(ended.getStatus().migration().attempt()).isEqualTo(1);
    }
}
