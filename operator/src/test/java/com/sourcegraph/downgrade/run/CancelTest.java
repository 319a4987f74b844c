package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code spec.cancel}: everything as it was before the point of no return, refused after it. */
class CancelTest {

    private static final String CANCEL = "{\"spec\":{\"cancel\":true}}";

    @ParameterizedTest
    @EnumSource(names = {"PREFLIGHT", "APPROVAL", "QUIESCE", "MIGRATE"})
    void putsEverythingBack(StepName step) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            Map<String, String> before = world.workloads();
            world.when(step, () -> world.patch("back", CANCEL));
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(DowngradeWorld.condition(ended, "Failed").getReason()).isEqualTo("Cancelled");
            assertThat(ended.getStatus().phase()).isEqualTo(Phase.FAILED);
            assertThat(ended.getStatus().pointOfNoReturn()).isNull();
            assertThat(world.workloads()).isEqualTo(before);
            assertThat(world.unready()).isEmpty();
            assertThat(world.databases().version()).isEqualTo("5.0.6");
            assertThat(world.jobs("downgrade")).isEmpty();
            assertThat(world.awaitEvent("back", "Cancelled")).doesNotHaveDuplicates();
        }
    }

    /** The services are at zero and a session is left: the run waits, and gives up when it is told to. */
    @Test
    void putsBackWhatIsAtZeroWhileASessionIsLeft() throws SQLException {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");
                Connection session = world.databases().breakages().session(SchemaName.FRONTEND, "worker")) {
            Map<String, String> before = world.workloads();
            world.startOperator();
            world.applyMigrator("back");
            SourcegraphDowngrade waiting = world.await(
                    "back",
                    resource -> resource.getStatus() != null
                            && DowngradeWorld.running(resource, StepName.QUIESCE)
                            && DowngradeWorld.condition(resource, "Ready")
                                    .getMessage()
                                    .contains("session"));
            assertThat(DowngradeWorld.condition(waiting, "Ready").getMessage()).contains("worker");
            assertThat(world.replicas("sourcegraph-frontend")).isZero();
            assertThat(session.isClosed()).isFalse();

            world.patch("back", CANCEL);

            SourcegraphDowngrade ended = world.awaitEnd("back");
            assertThat(DowngradeWorld.condition(ended, "Failed").getReason()).isEqualTo("Cancelled");
            assertThat(world.workloads()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VERIFY_SCHEMA", "APPLY_MANIFESTS", "ROLLOUT", "VERIFY"})
    void isRefusedAfterThePointOfNoReturn(StepName step) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(step, () -> world.patch("back", CANCEL));
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(world.awaitEvent("back", "CancelRefused")).doesNotHaveDuplicates();
            assertThat(world.databases().version()).startsWith("4.5");
        }
    }

    /** Also one who is told to grant a retry hears that giving up is no longer possible. */
    @Test
    void isRefusedWhileTheRunIsStalled() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.programs().failNextDowngrades(MigratorFaults.none().failing(failing(world)));
            world.startOperator();
            world.applyMigrator("back");
            world.awaitStall("back", "MigratorFailed");

            world.patch("back", CANCEL);

            SourcegraphDowngrade told = world.await("back", resource -> DowngradeWorld.condition(resource, "Stalled")
                    .getMessage()
                    .contains("cancel"));
            assertThat(DowngradeWorld.condition(told, "Stalled").getReason()).isEqualTo("MigratorFailed");
            assertThat(DowngradeWorld.condition(told, "Stalled").getMessage())
                    .contains("Cannot be cancelled", told.getStatus().pointOfNoReturn());
            assertThat(told.getStatus().nextAction()).contains("recovery");
            assertThat(world.replicas("sourcegraph-frontend")).isZero();
            assertThat(world.awaitEvent("back", "CancelRefused")).containsOnlyOnce("CancelRefused");
        }
    }

    private static int failing(DowngradeWorld world) {
        return world.databases().migrations(SchemaName.FRONTEND).applied().last();
    }
}
