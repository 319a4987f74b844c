package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.instance.MemoryLimits;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Place;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migrator that fails: the services stay at zero, the resource says what to do, and what was done is never done twice. */
class MigratorFailureRunTest {

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    private void run(MigratorFaults... faults) {
        world.programs().failNextDowngrades(faults);
        world.startOperator();
        world.applyMigrator("back");
    }

    private SourcegraphDowngrade complete() {
        SourcegraphDowngrade ended = world.awaitEnd("back");
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(world.databases().version()).startsWith("4.5");
        assertThat(world.unready()).isEmpty();
        return ended;
    }

    /** A request above its limit would be refused, and the limit cannot be changed any more. */
    @Test
    void aSmallLimitIsAsMuchAsIsAskedFor() {
        world.startOperator();
        world.applyMigrator("back", "migrator: {cpu: 50m, memory: 40Mi}");

        complete();

        assertThat(world.jobs("downgrade"))
                .singleElement()
                .extracting(job -> job.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getRequests())
                .isEqualTo(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("40Mi")));
    }

    private List<String> downgrade(int attempt) {
        return world.jobs("downgrade").stream()
                .filter(job -> job.getMetadata().getName().endsWith("-" + attempt))
                .map(Job::getSpec)
                .flatMap(spec -> spec.getTemplate().getSpec().getContainers().stream())
                .flatMap(container -> container.getArgs().stream())
                .toList();
    }

    @Test
    void anErrorInTheSqlStopsTheRunUntilAnotherAttemptIsGranted() {
        int last = world.databases().migrations(SchemaName.FRONTEND).applied().last();
        run(MigratorFaults.none().failing(last));

        SourcegraphDowngrade stalled = world.awaitStall("back", "MigratorFailed");

        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                .contains("back-downgrade-1", "SQL_ERROR", "depends on it");
        assertThat(stalled.getStatus().nextAction()).contains("logs job/back-downgrade-1", "\"retries\":1");
        assertThat(world.replicas("sourcegraph-frontend")).isZero();
        assertThat(downgrade(1)).isNotEmpty().doesNotContain("--skip-drift-check=true");
        broughtBackGoesToZero("worker");

        world.patch("back", "{\"spec\":{\"recovery\":{\"retries\":1}}}");

        SourcegraphDowngrade ended = complete();
        assertThat(world.jobs("downgrade")).hasSize(2);
        assertThat(String.join(" ", downgrade(2))).contains("skip-drift-check");
        assertThat(ended.getStatus().migration().attempt()).isEqualTo(2);
        assertThat(world.awaitEvent("back", "Complete")).contains("MigratorFailed", "Resumed");
    }

    /**
     * While a person is waited for, too: the newer frontend would run "migrator up" on what was reverted. It may have begun to before it
     * is stopped, so that here somebody else is brought back.
     */
    private void broughtBackGoesToZero(String name) {
        world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName(name)
                .edit(deployment -> new DeploymentBuilder(deployment)
                        .editSpec()
                        .withReplicas(1)
                        .endSpec()
                        .build());
        Awaitility.await().atMost(DowngradeWorld.PATIENCE).until(() -> world.replicas(name), count -> count == 0);
    }

    /** By hand, or by a policy that has finished Jobs removed: what was asked of a person stays asked. */
    @Test
    void aFailedJobThatIsRemovedIsNotRunAgainBeforeAnotherAttemptIsGranted() {
        int last = world.databases().migrations(SchemaName.FRONTEND).applied().last();
        run(MigratorFaults.none().failing(last));
        world.awaitStall("back", "MigratorFailed");

        world.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(world.namespace())
                .withName("back-downgrade-1")
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
        world.nudge();

        SourcegraphDowngrade stalled = world.await("back", resource -> DowngradeWorld.condition(resource, "Stalled")
                .getMessage()
                .contains("and is gone"));
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getReason()).isEqualTo("MigratorFailed");
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                .contains("back-downgrade-1", "SQL_ERROR", "depends on it");
        assertThat(stalled.getStatus().nextAction()).contains("\"retries\":1");
        assertThat(world.jobs("downgrade")).isEmpty();

        world.patch("back", "{\"spec\":{\"recovery\":{\"retries\":1}}}");

        complete();
        assertThat(world.jobs("downgrade"))
                .extracting(job -> job.getMetadata().getName())
                .containsExactly("back-downgrade-2");
    }

    /** A retry whose attempt fails again waits for the next grant, and says so with the next number. */
    @Test
    void eachGrantIsOneAttempt() {
        int last = world.databases().migrations(SchemaName.FRONTEND).applied().last();
        MigratorFaults failing = MigratorFaults.none().failing(last);
        run(failing, failing);
        world.awaitStall("back", "MigratorFailed");

        world.patch("back", "{\"spec\":{\"recovery\":{\"retries\":1}}}");

        SourcegraphDowngrade again = world.await(
                "back",
                resource -> DowngradeWorld.has(resource, "Stalled")
                        && resource.getStatus().nextAction().contains("\"retries\":2"));
        assertThat(again.getStatus().nextAction()).contains("back-downgrade-2");
        world.patch("back", "{\"spec\":{\"recovery\":{\"retries\":2}}}");
        complete();
        assertThat(world.jobs("downgrade")).hasSize(3);
    }

    /** Killed between two migrations nothing is half done: the next attempt is the operator's own. */
    @ParameterizedTest
    @EnumSource(names = {"BEFORE_MIGRATION", "AFTER_MIGRATION"})
    void aKilledMigratorIsStartedAgain(Place place) {
        run(MigratorFaults.none().dying(place, 2));

        SourcegraphDowngrade ended = complete();

        assertThat(ended.getStatus().migration().attempt()).isEqualTo(2);
        assertThat(String.join(" ", downgrade(2))).contains("skip-drift-check");
        assertThat(world.awaitEvent("back", "Complete"))
                .contains("MigrateRetried")
                .doesNotContain("MigratorFailed");
    }

    /** Killed in the middle of a revert, the migrator would skip it when it runs again. */
    @Test
    void anInterruptedRevertWaitsForAPersonWhoMarksItAsApplied() {
        run(MigratorFaults.none().dying(Place.DURING_MIGRATION, 2));

        SourcegraphDowngrade stalled = world.awaitStall("back", "InterruptedMigration");

        assertThat(stalled.getStatus().nextAction()).contains("add-log", "--up=true");
        assertThat(world.jobs("downgrade")).hasSize(1);
        assertThat(world.replicas("sourcegraph-frontend")).isZero();

        String schema = stalled.getStatus().nextAction().replaceAll(".*--db=(\\w+).*", "$1");
        String id = stalled.getStatus().nextAction().replaceAll(".*--version=(\\d+).*", "$1");
        SchemaName name = List.of(SchemaName.values()).stream()
                .filter(candidate -> candidate.label().equals(schema))
                .findFirst()
                .orElseThrow();
        world.databases()
                .execute(
                        name,
                        "INSERT INTO migration_logs (migration_logs_schema_version, schema, version, up, started_at, success,"
                                + " finished_at) VALUES (2, '" + name.migrationsTable() + "', " + id
                                + ", true, now(), true, now())");
        world.nudge();

        complete();
        assertThat(world.jobs("downgrade")).hasSize(2);
        assertThat(world.databases().migrations(name).applied().contains(Integer.parseInt(id)))
                .isFalse();
    }

    @Test
    void oneThatDiesAfterItsLastMigrationIsStartedAgain() {
        run(MigratorFaults.none().dying(Place.BEFORE_VERSION_ROW));

        complete();

        assertThat(world.jobs("downgrade")).hasSizeBetween(1, 2);
    }

    @Test
    void oneThatRunsOutOfMemoryGetsMore() {
        run(MigratorFaults.none().hanging(Place.AFTER_MIGRATION, 2));
        world.awaitHung(1);

        world.cluster().killPodOutOfMemory(world.namespace(), hungPod(1));

        complete();
        assertThat(MemoryLimits.of(world.jobs("downgrade"))).containsExactly(new Quantity("1Gi"), new Quantity("2Gi"));
    }

    /** Its process hangs already, whatever the pod's status tells yet. */
    private String hungPod(int attempt) {
        return world.client().pods().inNamespace(world.namespace()).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getName().startsWith("back-downgrade-" + attempt))
                .map(pod -> pod.getMetadata().getName())
                .findFirst()
                .orElseThrow();
    }

    /** It has no time of its own to end: the deadline tells, the run waits, and the killed pod lets it go on. */
    @Test
    void oneThatHangsIsToldByTheDeadline() {
        run(MigratorFaults.none().hanging(Place.AFTER_MIGRATION, 1));
        world.awaitHung(1);
        world.await("back", resource -> DowngradeWorld.running(resource, StepName.MIGRATE));

        world.clock().advance(Duration.ofHours(5));
        world.nudge();

        SourcegraphDowngrade stalled = world.awaitStall("back", "StepDeadlineExceeded");
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage()).contains("Migrate", "back-downgrade-1");

        world.cluster().killPod(world.namespace(), hungPod(1), 137);

        complete();
    }

    /** What hangs and what works must not look the same: the time since it last got further tells them apart. */
    @Test
    void oneThatHangsIsToldWithTheTimeOfItsLastProgressAndHowToLook() {
        run(MigratorFaults.none().hanging(Place.AFTER_MIGRATION, 2));
        SourcegraphDowngrade reverted = world.await("back", resource -> migration(resource)
                .filter(migration -> migration.reverted() != null)
                .isPresent());
        world.clock().advance(Duration.ofHours(5));
        world.nudge();

        SourcegraphDowngrade stalled = world.awaitStall("back", "StepDeadlineExceeded");

        String last = stalled.getStatus().migration().lastProgress();
        assertThat(last).isEqualTo(reverted.getStatus().migration().lastProgress());
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                .contains("back-downgrade-1", "got further at " + last);
        assertThat(stalled.getStatus().nextAction()).contains("logs job/back-downgrade-1", "docs/stops.md");
    }

    /** The whole time of the step had gone by before it: an attempt that works is not to be told as stuck. */
    @Test
    void anotherAttemptHasADeadlineOfItsOwn() {
        run(
                MigratorFaults.none().hanging(Place.AFTER_MIGRATION, 1),
                MigratorFaults.none().hanging(Place.AFTER_MIGRATION, 1));
        world.awaitHung(1);
        world.await("back", resource -> DowngradeWorld.running(resource, StepName.MIGRATE));
        world.clock().advance(Duration.ofHours(5));
        world.nudge();
        world.awaitStall("back", "StepDeadlineExceeded");

        world.cluster().killPod(world.namespace(), hungPod(1), 137);

        SourcegraphDowngrade again = world.await("back", resource -> migration(resource)
                .filter(migration -> migration.attempt() == 2 && migration.reverted() != null)
                .isPresent());
        assertThat(DowngradeWorld.has(again, "Stalled"))
                .as(Serialization.asYaml(again.getStatus()))
                .isFalse();
        assertThat(world.events("back")).endsWith("Resumed");
        world.awaitHung(2);

        world.cluster().killPod(world.namespace(), hungPod(2), 137);
        complete();
    }

    /** Who looks at the events learns why there was another attempt; the failed one's log may be gone. */
    @Test
    void anotherAttemptSaysWhy() {
        run(MigratorFaults.none().dying(Place.AFTER_MIGRATION, 2));

        complete();

        assertThat(world.eventMessages("back", "MigrateRetried"))
                .singleElement()
                .asString()
                .contains("attempt 2", "Job back-downgrade-1 failed", "KILLED");
    }

    private static Optional<MigrationStatus> migration(SourcegraphDowngrade resource) {
        return Optional.ofNullable(resource.getStatus()).map(SourcegraphDowngradeStatus::migration);
    }

    @Test
    void aMigratorThatCannotBePulledStartsWhenItCan() {
        String image = world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName("sourcegraph-frontend")
                .get()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getInitContainers()
                .get(0)
                .getImage();
        world.when(StepName.MIGRATE, () -> world.cluster().makeImageMissing(image));
        run();

        SourcegraphDowngrade stalled = world.awaitStall("back", "MigratorCannotStart");

        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage()).contains("back-downgrade-1", "Image");
        world.cluster().makeImageAvailable(image);

        complete();
        assertThat(world.jobs("downgrade")).hasSize(1);
    }

    @Test
    void driftThatTheMigratorLeftIsAcceptedOrRepaired() {
        world.when(StepName.VERIFY_SCHEMA, () -> world.databases().breakages().drift(SchemaName.FRONTEND));
        run();

        SourcegraphDowngrade stalled = world.awaitStall("back", "DriftIntroduced");

        assertThat(stalled.getStatus().drift().introduced())
                .anyMatch(found -> found.contains("gitserver_repos_shard_id"));
        assertThat(stalled.getStatus().nextAction()).contains("acceptDrift");
        assertThat(world.replicas("sourcegraph-frontend")).isZero();

        world.patch("back", "{\"spec\":{\"recovery\":{\"acceptDrift\":true}}}");

        complete();
    }
}
