package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code spec.suspend} holds the run at the next boundary, however long, and nothing is done meanwhile. */
class SuspendTest {

    @ParameterizedTest
    @CsvSource({
        "PREFLIGHT, in step Preflight",
        "APPROVAL, in step Approval",
        "QUIESCE, before step Migrate",
        "MIGRATE, before step VerifySchema",
        "VERIFY_SCHEMA, before step ApplyManifests",
        "APPLY_MANIFESTS, before step Rollout",
        "ROLLOUT, before step Verify"
    })
    void holdsAndGoesOn(StepName step, String where) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(step, () -> world.patch("back", "{\"spec\":{\"suspend\":true}}"));
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade held = world.await("back", resource -> DowngradeWorld.has(resource, "Suspended"));

            assertThat(DowngradeWorld.condition(held, "Suspended").getMessage()).contains(where);
            assertThat(held.getStatus().phase()).isEqualTo(Phase.SUSPENDED);
            assertThat(held.getStatus().nextAction()).contains("\"suspend\":false");
            int writes = world.operatorWrites().size();
            world.nudge();
            world.nudge();
            assertThat(world.operatorWrites()).hasSize(writes);
            world.patch("back", "{\"spec\":{\"suspend\":false}}");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(world.jobs("downgrade")).hasSize(1);
            assertThat(world.events("back"))
                    .contains("Suspended", "Unsuspended")
                    .doesNotHaveDuplicates();
        }
    }

    /** A suspended resource lets others pass, and can be cancelled as it is. */
    @Test
    void isHeldBeforeItsFirstStepAndCancelled() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.applyMigrator("back", "suspend: true");
            SourcegraphDowngrade held = world.await("back", resource -> DowngradeWorld.has(resource, "Suspended"));
            assertThat(DowngradeWorld.condition(held, "Suspended").getMessage()).contains("before step Preflight");
            assertThat(world.operatorWrites()).isEmpty();

            world.patch("back", "{\"spec\":{\"cancel\":true}}");

            SourcegraphDowngrade ended = world.await("back", resource -> DowngradeWorld.has(resource, "Failed"));
            assertThat(DowngradeWorld.condition(ended, "Failed").getReason()).isEqualTo("Cancelled");
            assertThat(world.operatorWrites()).isEmpty();
        }
    }

    /** Who cancels a run that is held after the point of no return hears why that is refused, and that it is held. */
    @Test
    void isHeldAndRefusesToBeCancelled() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(StepName.VERIFY_SCHEMA, () -> world.patch("back", "{\"spec\":{\"suspend\":true}}"));
            world.startOperator();
            world.applyMigrator("back");
            world.await("back", resource -> DowngradeWorld.has(resource, "Suspended"));

            world.patch("back", "{\"spec\":{\"cancel\":true}}");

            assertThat(world.awaitEvent("back", "CancelRefused")).containsOnlyOnce("CancelRefused");
            SourcegraphDowngrade held = world.get("back");
            assertThat(DowngradeWorld.condition(held, "Suspended").getStatus()).isEqualTo("True");
            assertThat(DowngradeWorld.condition(held, "Suspended").getMessage())
                    .contains("Cannot be cancelled", "Held before step ApplyManifests");
        }
    }
}
