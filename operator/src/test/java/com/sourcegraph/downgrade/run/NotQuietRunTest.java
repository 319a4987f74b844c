package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What keeps a migrator from being started must not look like work for the hours that step Migrate has for it: who is told, what the
 * evidence is, and what to do next.
 */
class NotQuietRunTest {

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");
    private final List<Connection> sessions = new ArrayList<>();

    @BeforeEach
    void start() {
        world.startOperator();
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection session : sessions) {
            session.close();
        }
        world.close();
    }

    @Test
    void aToolThatScalesUpAgainAndAgainIsAStopThatNamesItAndItsObject() {
        Runnable pause = fightFromMigrateOn(this::bringBack);
        world.applyMigrator("back");

        SourcegraphDowngrade stalled = untilStalled();

        assertThat(DowngradeWorld.condition(stalled, "Stalled").getReason()).isEqualTo("NotQuiet");
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                .contains("Migrate", "Deployment/worker", "again and again by gitops-tool");
        assertThat(stalled.getStatus().nextAction())
                .startsWith("Pause gitops-tool")
                .contains("kubectl -n " + world.namespace() + " get deployment/worker -o yaml --show-managed-fields");
        assertThat(stalled.getStatus().phase()).isEqualTo(Phase.STALLED);
        assertThat(world.jobs("downgrade")).isEmpty();
        pause.run();
        complete();
    }

    /** As a tool does that writes its own whole object: the run's marks are gone, and who it was still has to be known. */
    @Test
    void aToolThatTakesTheMarksAwayIsNamedToo() {
        Runnable pause = fightFromMigrateOn(this::replaced);
        world.applyMigrator("back");

        SourcegraphDowngrade stalled = untilStalled();

        assertThat(DowngradeWorld.condition(stalled, "Stalled").getReason()).isEqualTo("NotQuiet");
        assertThat(stalled.getStatus().nextAction()).startsWith("Pause replacing-tool");
        pause.run();
        complete();
    }

    @Test
    void aDatabaseThatCannotBeAskedIsAStopLongBeforeTheDeadlineOfMigrate() {
        world.when(StepName.MIGRATE, () -> reachable(false));
        world.applyMigrator("back");
        awaitMessage("Cannot look whether sessions are left");

        world.clock().advance(Duration.ofMinutes(16));
        world.nudge();

        SourcegraphDowngrade stalled = world.awaitStall("back", "NotQuiet");
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                .contains("Migrate", "15m", "Cannot look whether sessions are left", "codeintel");
        assertThat(stalled.getStatus().nextAction())
                .contains("Bring the database back")
                .contains("kubectl -n " + world.namespace());
        reachable(true);
        complete();
        assertThat(world.events("back")).containsSubsequence("NotQuiet", "Resumed");
    }

    /** As after a pod was deleted by force: its object is gone, its container or what PostgreSQL knows of it is not. */
    @Test
    void aSessionWhosePodIsGoneIsAStopThatSaysHowItIsEnded() throws SQLException {
        world.when(
                StepName.MIGRATE,
                () -> sessions.add(world.databases().breakages().session(SchemaName.CODEINTEL, "worker")));
        world.applyMigrator("back");
        awaitMessage("codeintel: worker");
        int pid = Integer.parseInt(
                world.databases()
                        .queryText(
                                SchemaName.CODEINTEL,
                                "SELECT pid FROM pg_stat_activity WHERE application_name = 'worker' AND datname = current_database()"));

        world.clock().advance(Duration.ofMinutes(16));
        world.nudge();

        SourcegraphDowngrade stalled = world.awaitStall("back", "NotQuiet");
        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                .contains("codeintel: worker", "pid " + pid);
        assertThat(stalled.getStatus().nextAction())
                .contains("worker", "codeintel", "SELECT pg_terminate_backend(" + pid + ")")
                .contains("kubectl -n " + world.namespace() + " exec statefulset/codeintel-db -- psql -U sg -c");
        assertThat(world.jobs("downgrade")).isEmpty();
        sessions.get(0).close();
        complete();
    }

    /** Nobody runs a migrator, and a person who has repaired its cause must not wait four hours to hear of the next one. */
    @Test
    void betweenTwoAttemptsItIsToldAsWell() {
        world.programs().failNextDowngrades(MigratorFaults.none().panickingAtStart());
        world.applyMigrator("back");
        world.awaitStall("back", "MigratorFailed");
        reachable(false);
        world.patch("back", "{\"spec\":{\"recovery\":{\"retries\":1}}}");
        awaitMessage("Cannot look whether sessions are left");

        world.clock().advance(Duration.ofMinutes(16));
        world.nudge();

        world.awaitStall("back", "NotQuiet");
        reachable(true);
        complete();
    }

    /** As a tool that watches: what the run takes to zero is back before the run looks again. @return what pauses it */
    private Runnable fightFromMigrateOn(Runnable bringBack) {
        AtomicBoolean on = new AtomicBoolean();
        world.when(StepName.MIGRATE, () -> {
            // Here, before the operator goes on: a migrator would be started at once.
            on.set(true);
            bringBack.run();
        });
        world.cluster().onRequest(new RequestHook() {
            @Override
            public void afterCommit(RequestRecord request) {
                if (on.get()
                        && request.isWrite()
                        && request.user().equals(DowngradeWorld.OPERATOR)
                        && request.resource().equals("deployments")
                        && request.name().equals("worker")) {
                    bringBack.run();
                }
            }
        });
        return () -> on.set(false);
    }

    private void complete() {
        SourcegraphDowngrade ended = world.awaitEnd("back");
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(world.unready()).isEmpty();
    }

    private void awaitMessage(String part) {
        world.await(
                "back",
                resource -> resource.getStatus() != null
                        && DowngradeWorld.condition(resource, "Ready")
                                .getMessage()
                                .contains(part));
    }

    /** The operator's time goes by in bounds, each after the worker was seen to have come back once more. */
    private SourcegraphDowngrade untilStalled() {
        String seen = broughtBack(world.await(
                "back",
                resource ->
                        resource.getStatus() != null && broughtBackAt(resource).isPresent()));
        for (int times = 0; times < 6; times++) {
            world.clock().advance(Duration.ofSeconds(40));
            world.nudge();
            String last = seen;
            seen = broughtBack(world.await("back", resource -> broughtBackAt(resource)
                    .filter(at -> !at.equals(last))
                    .isPresent()));
        }
        return world.await("back", resource -> DowngradeWorld.has(resource, "Stalled"));
    }

    private static String broughtBack(SourcegraphDowngrade resource) {
        return broughtBackAt(resource).orElseThrow();
    }

    private static Optional<String> broughtBackAt(SourcegraphDowngrade resource) {
        return resource.getStatus().workloads().stream()
                .filter(workload -> workload.name().equals("worker"))
                .findFirst()
                .map(WorkloadStatus::broughtBackAt);
    }

    private void bringBack() {
        write("gitops-tool", "");
    }

    private void replaced() {
        write(
                "replacing-tool",
                ",\"annotations\":{\"downgrade.sourcegraph.com/quiesced-by\":null,"
                        + "\"downgrade.sourcegraph.com/original-replicas\":null,"
                        + "\"downgrade.sourcegraph.com/original-field-owners\":null}");
    }

    private void write(String manager, String more) {
        PatchContext merge = new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(manager)
                .build();
        world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName("worker")
                .patch(merge, "{\"metadata\":{\"name\":\"worker\"" + more + "},\"spec\":{\"replicas\":1}}");
    }

    private void reachable(boolean reachable) {
        String database = world.databases().address(SchemaName.CODEINTEL).database();
        world.databases()
                .execute(SchemaName.FRONTEND, "ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS " + reachable);
    }
}
