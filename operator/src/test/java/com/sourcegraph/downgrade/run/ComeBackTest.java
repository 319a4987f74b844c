package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Place;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A resource that comes back, and more than one in a namespace: the instance is downgraded once. */
class ComeBackTest {

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    private void runOnce() {
        world.startOperator();
        world.applyMigrator("back");
        assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        world.delete("back");
        world.awaitGone("back");
    }

    @Test
    void aResourceThatIsMadeAnewIsCompleteWhereTheInstanceIsStillAtTheTarget() {
        runOnce();
        int writes = world.operatorWrites().size();

        world.applyMigrator("back");

        SourcegraphDowngrade again = world.awaitEnd("back");
        assertThat(DowngradeWorld.condition(again, "Complete").getReason()).isEqualTo("AlreadyRan");
        assertThat(DowngradeWorld.condition(again, "Complete").getMessage()).contains("4.5.1");
        assertThat(again.getStatus().nextAction()).contains("another name");
        assertThat(world.operatorWrites()).hasSize(writes);
    }

    @Test
    void itFailsAndTouchesNothingWhereTheInstanceWasUpgradedAgain() {
        runOnce();
        world.databases().breakages().versionRow("5.0.6");
        int writes = world.operatorWrites().size();

        world.applyMigrator("back");

        SourcegraphDowngrade again = world.awaitEnd("back");
        assertThat(DowngradeWorld.condition(again, "Failed").getReason()).isEqualTo("AlreadyRan");
        assertThat(DowngradeWorld.condition(again, "Failed").getMessage()).contains("5.0.6");
        assertThat(again.getStatus().nextAction()).contains("back-again");
        assertThat(world.operatorWrites()).hasSize(writes);
    }

    /** Also the status of a finished run can be lost, for instance when a backup is restored. */
    @Test
    void aFinishedResourceThatLosesItsStatusDoesNotRunAgain() {
        world.startOperator();
        world.applyMigrator("back");
        assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        world.awaitLetGo("back");
        int writes = world.operatorWrites().size();

        loseStatus();

        SourcegraphDowngrade again = world.awaitEnd("back");
        assertThat(DowngradeWorld.condition(again, "Complete").getReason())
                .as(Serialization.asYaml(again.getStatus()))
                .isEqualTo("AlreadyRan");
        assertThat(world.operatorWrites()).hasSize(writes);
    }

    /** The Jobs, the annotations on the workloads and the record of runs tell where the run was. */
    @Test
    void aResourceThatLosesItsStatusInTheMiddleOfTheRunCarriesOn() {
        world.programs().failNextDowngrades(MigratorFaults.none().slow(Duration.ofMillis(50)));
        world.startOperator();
        world.applyMigrator("back");
        world.await("back", resource -> DowngradeWorld.running(resource, StepName.MIGRATE));
        world.await(
                "back", resource -> !world.jobs("downgrade").isEmpty() && world.replicas("sourcegraph-frontend") == 0);

        loseStatus();

        SourcegraphDowngrade ended = world.awaitEnd("back");
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(world.jobs("downgrade")).hasSize(1);
        assertThat(world.replicas("sourcegraph-frontend")).isEqualTo(2);
        assertThat(world.unready()).isEmpty();
    }

    /** The first may still be under way when the second comes: it waits, says for whom, and then finds nothing to do. */
    @Test
    void theSecondResourceWaitsForTheFirst() {
        world.programs().failNextDowngrades(MigratorFaults.none().hanging(Place.AFTER_MIGRATION, 1));
        world.startOperator();
        world.applyMigrator("first");
        world.await("first", resource -> DowngradeWorld.running(resource, StepName.MIGRATE));
        world.applyMigrator("second");

        SourcegraphDowngrade waiting = world.await(
                "second",
                resource -> resource.getStatus() != null
                        && !resource.getStatus().conditions().isEmpty()
                        && DowngradeWorld.condition(resource, "Reconciling")
                                .getReason()
                                .equals("WaitingForOther"));
        assertThat(DowngradeWorld.condition(waiting, "Reconciling").getMessage())
                .contains("first");
        assertThat(waiting.getStatus().nextAction()).contains("first");
        assertThat(waiting.getStatus().phase()).isEqualTo(Phase.PENDING);

        killMigrator();

        assertThat(world.awaitEnd("first").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        SourcegraphDowngrade stalled = world.awaitStall("second", "PreflightFailed");
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage()).contains("nothing to downgrade");
        assertThat(world.jobs("downgrade"))
                .noneMatch(job -> job.getMetadata().getName().startsWith("second"));
    }

    private void killMigrator() {
        world.awaitHung(1);
        world.client().pods().inNamespace(world.namespace()).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName())
                .filter(name -> name.startsWith("first-downgrade-1"))
                .forEach(name -> world.cluster().killPod(world.namespace(), name, 137));
    }

    private void loseStatus() {
        world.stopOperator();
        SourcegraphDowngrade resource = world.get("back");
        resource.setStatus(null);
        world.client().resource(resource).updateStatus();
        assertThat(world.get("back").getStatus()).isNull();
        world.startOperator();
    }
}
