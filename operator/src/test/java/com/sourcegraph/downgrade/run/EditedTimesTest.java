package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The API server refuses a time that is none; a time that somebody has taken out of the status it lets pass. */
class EditedTimesTest {

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aPlanThatDoesNotSayHowOldItIsIsCheckedAnewBeforeItIsActedOn() {
        world.startOperator();
        world.applyMigrator("back", "approval: Manual");
        SourcegraphDowngrade waiting = world.awaitPhase("back", Phase.AWAITING_APPROVAL);
        world.stopOperator();
        edit(status -> map(status, "plan").remove("resolvedAt"));
        world.startOperator();

        world.patch(
                "back",
                "{\"spec\":{\"approvedPlan\":\"" + waiting.getStatus().plan().digest() + "\"}}");

        SourcegraphDowngradeStatus ended = complete();
        assertThat(Instant.parse(ended.plan().resolvedAt()))
                .isAfterOrEqualTo(Instant.parse(waiting.getStatus().plan().resolvedAt()));
        assertThat(ended.plan().digest()).isEqualTo(waiting.getStatus().plan().digest());
    }

    /** Without a deadline it would wait for ever and look like work. */
    @Test
    void aStepWithoutItsTimesGetsADeadlineAgain() throws Exception {
        try (AutoCloseable session = world.databases()
                .breakages()
                .session(com.sourcegraph.downgrade.testkit.postgres.SchemaName.FRONTEND, "worker")) {
            assertThat(session).isNotNull();
            world.startOperator();
            world.applyMigrator("back");
            world.await(
                    "back",
                    resource -> DowngradeWorld.running(resource, StepName.QUIESCE)
                            && DowngradeWorld.condition(resource, "Ready")
                                    .getMessage()
                                    .contains("session"));
            world.stopOperator();
            edit(status -> steps(status).stream()
                    .filter(step -> "Quiesce".equals(step.get("name")))
                    .forEach(step -> {
                        step.remove("startedAt");
                        step.remove("deadline");
                    }));
            world.startOperator();
            world.await("back", resource -> resource.getStatus().steps().stream()
                    .anyMatch(step -> step.name() == StepName.QUIESCE && step.deadline() != null));

            world.clock().advance(Duration.ofHours(1));
            world.nudge();

            world.awaitStall("back", "StepDeadlineExceeded");
        }
        complete();
    }

    /** Who says only that it has ended is not deleted, because nobody knows for how long it has been so. */
    @Test
    void aRunThatDoesNotSayWhenItEndedIsKept() {
        world.startOperator();
        world.applyMigrator("back", "ttlSecondsAfterFinished: 3600");
        complete();
        world.awaitLetGo("back");
        world.stopOperator();
        edit(status -> status.remove("finishedAt"));

        world.startOperator();
        world.clock().advance(Duration.ofHours(2));
        world.patch("back", "{\"spec\":{\"ttlSecondsAfterFinished\":1800}}");

        SourcegraphDowngrade kept = world.await("back", resource -> resource.getStatus()
                .observedGeneration()
                .equals(resource.getMetadata().getGeneration()));
        assertThat(kept.isMarkedForDeletion()).isFalse();
    }

    private SourcegraphDowngradeStatus complete() {
        SourcegraphDowngrade ended = world.awaitEnd("back");
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        return ended.getStatus();
    }

    /** What {@code kubectl edit --subresource=status} does. */
    private void edit(Consumer<Map<String, Object>> change) {
        Awaitility.await("the edit is stored")
                .atMost(DowngradeWorld.PATIENCE)
                .ignoreExceptions()
                .until(() -> {
                    GenericKubernetesResource resource = world.client()
                            .genericKubernetesResources("downgrade.sourcegraph.com/v1alpha1", "SourcegraphDowngrade")
                            .inNamespace(world.namespace())
                            .withName("back")
                            .get();
                    change.accept(map(resource.getAdditionalProperties(), "status"));
                    world.client().resource(resource).updateStatus();
                    return true;
                });
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> in, String key) {
        return (Map<String, Object>) in.get(key);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> steps(Map<String, Object> status) {
        return (List<Map<String, Object>>) status.get("steps");
    }
}
