package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A resource that is deleted in the middle of its run does not leave the instance at zero. */
class DeleteTest {

    @ParameterizedTest
    @EnumSource(names = {"PREFLIGHT", "APPROVAL", "QUIESCE", "MIGRATE"})
    void putsEverythingBackBeforeThePointOfNoReturn(StepName step) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            Map<String, String> before = world.workloads();
            world.when(step, () -> world.delete("back"));
            world.startOperator();
            world.applyMigrator("back");

            world.awaitEvent("back", "Cancelled");
            world.awaitGone("back");

            assertThat(world.workloads()).isEqualTo(before);
            assertThat(world.unready()).isEmpty();
            assertThat(world.databases().version()).isEqualTo("5.0.6");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"VERIFY_SCHEMA", "APPLY_MANIFESTS", "ROLLOUT", "VERIFY"})
    void goesToTheEndAfterIt(StepName step) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(step, () -> world.delete("back"));
            world.startOperator();
            world.applyMigrator("back");

            world.awaitEvent("back", "Complete");
            world.awaitGone("back");

            assertThat(world.unready()).isEmpty();
            assertThat(world.databases().version()).startsWith("4.5");
            assertThat(world.client()
                            .apps()
                            .deployments()
                            .inNamespace(world.namespace())
                            .withName("sourcegraph-frontend")
                            .get()
                            .getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .get(0)
                            .getImage())
                    .contains("frontend:4.5.1");
            assertThat(world.replicas("sourcegraph-frontend")).isEqualTo(2);
        }
    }

    @Test
    void letsGoOfANamespaceThatIsDeleted() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(StepName.QUIESCE, () -> world.client()
                    .namespaces()
                    .withName(world.namespace())
                    .delete());
            world.startOperator();
            world.applyMigrator("back");

            awaitNamespaceGone(world);
        }
    }

    /** Whoever uninstalls the operator first must be able to delete the namespace: nobody would take a finalizer off. */
    @Test
    void aFinishedResourceDoesNotHoldItsNamespaceOnceTheOperatorIsGone() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.applyMigrator("back");
            world.awaitEnd("back");
            world.awaitLetGo("back");
            world.stopOperator();

            world.client().namespaces().withName(world.namespace()).delete();

            awaitNamespaceGone(world);
        }
    }

    /** The downgrade's Job, which no deletion in the foreground may kill while it runs, goes with the resource after it. */
    @Test
    void aFinishedResourceTakesItsJobsWithItOnceTheOperatorIsGone() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.applyMigrator("back");
            world.awaitEnd("back");
            world.awaitLetGo("back");
            world.stopOperator();
            assertThat(world.jobs("downgrade")).hasSize(1);

            world.delete("back");

            Awaitility.await()
                    .atMost(DowngradeWorld.PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> world.jobs("downgrade").isEmpty()
                            && world.jobs("checks").isEmpty());
        }
    }

    /** What ended under an operator that kept the finalizer, or that died before it took it off. */
    @Test
    void aFinishedResourceThatIsHeldIsLetGoByTheNextOperator() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.apply("back", "to: v4.5.1\nmode: Plan\nmanifests: {configMapRef: {name: target}}");
            world.awaitEnd("back");
            world.awaitLetGo("back");
            world.stopOperator();
            world.patch(
                    "back",
                    "{\"metadata\":{\"finalizers\":[\"downgrade.sourcegraph.com/finalizer\",\"example.com/other\"]}}");

            world.startOperator();

            assertThat(world.awaitLetGo("back").getMetadata().getFinalizers()).containsExactly("example.com/other");
            world.patch("back", "{\"metadata\":{\"finalizers\":null}}");
        }
    }

    @Test
    void aFinishedResourceIsGoneAtOnceAlsoByItsOwnTime() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.apply(
                    "back",
                    "to: v4.5.1\nstrategy: Manifests\nttlSecondsAfterFinished: 0\nmanifests: {configMapRef: {name: target}}");

            world.awaitEvent("back", "Complete");
            world.awaitGone("back");

            assertThat(world.client()
                            .configMaps()
                            .inNamespace(world.namespace())
                            .list()
                            .getItems())
                    .extracting((HasMetadata map) -> map.getMetadata().getName())
                    .contains("sourcegraph-downgrade-history");
        }
    }

    private static void awaitNamespaceGone(DowngradeWorld world) {
        Awaitility.await()
                .atMost(DowngradeWorld.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() ->
                        world.client().namespaces().withName(world.namespace()).get() == null);
    }
}
