package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import com.sourcegraph.downgrade.workload.Markers;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run that cannot go on is let go, and others find the instance as it has left it: migrated, and at zero. */
class ReplacedRunTest {

    private static final String FRONTEND = "sourcegraph-frontend";
    private static final String CANCEL = "{\"spec\":{\"cancel\":true}}";
    private static final String SKIP_DRIFT = "migrator: {driftCheck: Skip}";

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    /** The schemas are down, the services at zero, and nobody goes on with it. */
    private void aRunThatHasMigratedIsLetGo() {
        world.putTarget(CountlessTarget.of(world.target(), "worker").yaml());
        world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName("worker")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":3}}");
        BackupCronJob.create(world);
        world.when(StepName.VERIFY_SCHEMA, () -> world.databases().breakages().drift(SchemaName.FRONTEND));
        world.startOperator();
        world.applyMigrator("first");
        world.awaitStall("first", "DriftIntroduced");
        world.delete("first");
        world.patch("first", "{\"metadata\":{\"finalizers\":null}}");
        world.awaitGone("first");
        assertThat(world.replicas(FRONTEND)).isZero();
    }

    private void theSecondWaitsForTheSession() {
        world.applyMigrator("second", SKIP_DRIFT);
        world.await(
                "second",
                resource -> DowngradeWorld.running(resource, StepName.QUIESCE)
                        && DowngradeWorld.condition(resource, "Ready")
                                .getMessage()
                                .contains("session"));
    }

    private Map<String, String> annotations(String deployment) {
        return world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName(deployment)
                .get()
                .getMetadata()
                .getAnnotations();
    }

    private void assertComplete(String name) {
        SourcegraphDowngrade ended = world.awaitEnd(name);
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(world.replicas(FRONTEND)).isEqualTo(2);
        assertThat(world.replicas("worker")).isEqualTo(3);
        assertThat(BackupCronJob.suspended(world)).isFalse();
        assertThat(world.unready()).isEmpty();
        assertThat(world.workloads().values()).noneMatch(said -> said.contains("downgrade.sourcegraph.com/"));
    }

    /** Newer services on the older schema would migrate it forward: back as it was before the second run is at zero. */
    @Test
    void aCancelLeavesAtZeroWhatTheRunHadTakenOver() throws SQLException {
        aRunThatHasMigratedIsLetGo();
        Map<String, String> before = world.workloads();
        try (Connection session = world.databases().breakages().session(SchemaName.FRONTEND, "worker")) {
            theSecondWaitsForTheSession();
            assertThat(session.isClosed()).isFalse();

            world.patch("second", CANCEL);

            SourcegraphDowngrade ended = world.awaitEnd("second");
            assertThat(DowngradeWorld.condition(ended, "Failed").getReason()).isEqualTo("Cancelled");
            assertThat(world.workloads()).isEqualTo(before);
            assertThat(DowngradeWorld.condition(ended, "Failed").getMessage())
                    .contains("stopped by an earlier run", "Deployment/sourcegraph-frontend", "CronJob/backup");
            assertThat(ended.getStatus().nextAction()).contains("another name");
        }
        assertThat(world.replicas(FRONTEND)).isZero();
        assertThat(annotations(FRONTEND)).containsEntry(Markers.ORIGINAL_REPLICAS, "2");
        assertThat(BackupCronJob.suspended(world)).isTrue();
        assertThat(world.databases().version()).startsWith("4.5");

        world.applyMigrator("third", SKIP_DRIFT);

        assertComplete("third");
    }

    @Test
    void aDeletionLeavesItAtZeroToo() throws SQLException {
        aRunThatHasMigratedIsLetGo();
        Map<String, String> before = world.workloads();
        try (Connection session = world.databases().breakages().session(SchemaName.FRONTEND, "worker")) {
            theSecondWaitsForTheSession();
            assertThat(session.isClosed()).isFalse();

            world.delete("second");

            world.awaitGone("second");
        }
        assertThat(world.workloads()).isEqualTo(before);
        assertThat(world.databases().version()).startsWith("4.5");
    }

    /** It stops nothing itself, and must not be complete beside what nobody else would bring back. */
    @Test
    void aRunOfManifestsOnlyBringsBackWhatTheEarlierOneHadStopped() {
        aRunThatHasMigratedIsLetGo();

        world.apply("second", "to: v4.5.1\nstrategy: Manifests\nmanifests: {configMapRef: {name: target}}");

        assertComplete("second");
    }
}
