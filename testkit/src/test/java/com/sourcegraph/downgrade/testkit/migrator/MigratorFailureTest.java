package com.sourcegraph.downgrade.testkit.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Place;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.Migration;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A downgrade that fails, and what the next one makes of it. */
class MigratorFailureTest {
    private static final int USER_REPO_PERMISSIONS = 1676996650;
    private static final String[] DOWN = {"downgrade", "--from=5.0", "--to=4.5"};
    private static final String[] AGAIN = {"downgrade", "--from=5.0", "--to=4.5", "--skip-drift-check"};

    private InstanceDatabases databases;
    private MigratorCall call;

    @BeforeEach
    void create() {
        databases = InstanceDatabases.at("5.0.6");
        call = MigratorCall.of("5.2.7", databases);
    }

    @AfterEach
    void drop() {
        databases.close();
    }

    @Test
    void aFailedMigrationIsRolledBackLoggedAndTriedAgain() {
        MigratorCall.Result failed =
                call.with(MigratorFaults.none().failing(USER_REPO_PERMISSIONS)).run(DOWN);
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.stderr())
                .contains("failed to run migration for schema \\\"frontend\\\": failed to apply migration 1676996650:")
                .contains("DROP TABLE IF EXISTS user_repo_permissions")
                .contains("(SQLSTATE 2BP01)")
                .contains("HINT: Use DROP ... CASCADE");
        assertThat(databases.version()).isEqualTo("5.0.6");
        assertThat(table("user_repo_permissions")).isEqualTo("user_repo_permissions");
        assertThat(databases.migrations(SchemaName.FRONTEND).applied()).contains(USER_REPO_PERMISSIONS);
        assertThat(databases.queryText(
                        SchemaName.FRONTEND, "SELECT error_message FROM migration_logs WHERE NOT up AND NOT success"))
                .contains("because other objects depend on it");
        // An error in one schema does not keep the others from going down.
        assertThat(databases.migrations(SchemaName.CODEINTEL).applied())
                .containsExactlyElementsOf(idsAt45(SchemaName.CODEINTEL));

        MigratorCall.Result blocked = call.run(DOWN);
        assertThat(blocked.exitCode()).isEqualTo(1);
        assertThat(blocked.lines()).contains("❌ Schema drift detected for frontend");
        assertThat(blocked.lines()).last().asString().startsWith("💡 Before continuing with this operation");
        assertThat(blocked.stderr()).contains("database drift detected");

        assertThat(call.run(AGAIN).exitCode()).isZero();
        assertDown();
    }

    @Test
    void anInterruptedRevertIsNeverTriedAgainAndTheNextRunStillSucceeds() {
        call = call.with(call.settings().seed(seedWithFirst(SchemaName.FRONTEND)));
        MigratorCall.Result killed = call.with(MigratorFaults.none().dying(Place.DURING_MIGRATION, 2))
                .run(DOWN);
        assertThat(killed.exitCode()).isEqualTo(137);
        assertThat(killed.stderr()).isEmpty();
        List<Migration> reverts = new ArrayList<>(
                SchemaHistory.load().between(SchemaName.FRONTEND, Release.of("4.5.0"), Release.of("5.0.6")));
        Collections.reverse(reverts);
        int interrupted = reverts.get(1).id();
        awaitNoMigratorSession();
        assertThat(databases.migrations(SchemaName.FRONTEND).pending()).containsExactly(interrupted);

        assertThat(call.run(AGAIN).exitCode()).isZero();
        assertThat(databases.version()).isEqualTo("4.5.0");
        MigratorCall.Result drift = call.run("drift", "--db=frontend");
        assertThat(drift.exitCode()).isEqualTo(1);
        assertThat(drift.lines()).contains("❌ Drift detected!");
        assertThat(drift.stderr()).contains("database schema is out of sync");
        assertThat(databases.migrations(SchemaName.FRONTEND).pending()).containsExactly(interrupted);

        // The repair: marked as applied again, it is reverted like any other.
        assertThat(call.run("add-log", "--db=frontend", "--version=" + interrupted, "--up=true")
                        .exitCode())
                .isZero();
        assertThat(call.run("downgrade", "--from=5.0", "--to=4.5", "--skip-drift-check", "--skip-version-check")
                        .exitCode())
                .isZero();
        assertDown();
    }

    @ParameterizedTest
    @CsvSource({"BEFORE_MIGRATION, 3", "AFTER_MIGRATION, 3", "OUT_OF_BAND, 0", "BEFORE_VERSION_ROW, 0"})
    void killedBetweenMigrationsItOnlyHasToRunAgain(Place place, int migration) {
        assertThat(call.with(MigratorFaults.none().dying(place, migration))
                        .run(DOWN)
                        .exitCode())
                .isEqualTo(137);
        assertThat(databases.version()).isEqualTo("5.0.6");
        assertThat(call.run(AGAIN).exitCode()).isZero();
        assertDown();
    }

    @Test
    void killedAfterItsCommitAMigrationIsPendingAndGone() {
        call.with(MigratorFaults.none().dying(Place.AFTER_COMMIT, 1)).run(DOWN);
        long pending = List.of(SchemaName.values()).stream()
                .mapToLong(schema -> databases.migrations(schema).pending().size())
                .sum();
        assertThat(pending).isEqualTo(1);
        assertThat(call.run(AGAIN).exitCode()).isZero();
        assertThat(call.run("drift", "--db=frontend").exitCode()).isZero();
    }

    @Test
    void aHangingOneEndsWhenItIsKilled() throws Exception {
        MigratorProcess process = new MigratorProcess();
        CompletableFuture<MigratorCall.Result> result = CompletableFuture.supplyAsync(
                () -> call.with(MigratorFaults.none().hanging(Place.BEFORE_MIGRATION, 1))
                        .run(process, DOWN));
        await().atMost(Duration.ofMinutes(1)).until(() -> lockHolders() == 1);
        assertThat(result).isNotDone();
        process.kill();
        assertThat(result.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(137);
        awaitNoMigratorSession();
        assertThat(lockHolders()).isZero();
    }

    @Test
    void aPanicTouchesNothing() {
        MigratorCall.Result result =
                call.with(MigratorFaults.none().panickingAtStart()).run(DOWN);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.stderr()).startsWith("panic: ");
        assertThat(call.with(MigratorFaults.none().panickingAtStart())
                        .run("downgrade", "--from=5.0", "--to=4.5", "--dry-run")
                        .exitCode())
                .isZero();
    }

    @Test
    void waitsForTheLockOfAnotherWithoutLimit() throws Exception {
        MigratorCall.Result result;
        try (Connection other = databases.breakages().migratorLock(SchemaName.CODEINTEL)) {
            CompletableFuture<MigratorCall.Result> running = CompletableFuture.supplyAsync(
                    () -> call.with("SRC_LOG_LEVEL", "info").run(DOWN));
            await().during(Duration.ofMillis(500)).until(() -> !running.isDone());
            other.close();
            result = running.get(60, TimeUnit.SECONDS);
        }
        assertThat(result.exitCode()).isZero();
        assertThat(result.stderr())
                .contains("Schema migration lock is currently held - will re-attempt to acquire lock")
                .contains("Acquired schema migration lock");
    }

    @Test
    void waitsForATransactionThatHoldsATable() throws Exception {
        try (Connection other = databases.breakages().tableLock(SchemaName.FRONTEND, "reporting", List.of("teams"))) {
            CompletableFuture<MigratorCall.Result> running = CompletableFuture.supplyAsync(() -> call.run(DOWN));
            await().atMost(Duration.ofMinutes(1)).until(() -> databases
                    .queryText(
                            SchemaName.FRONTEND,
                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND application_name = 'migrator' AND wait_event_type = 'Lock'")
                    .equals("1"));
            other.close();
            assertThat(running.get(60, TimeUnit.SECONDS).exitCode()).isZero();
        }
        assertDown();
    }

    @Test
    void aStuckOutOfBandMigrationLogsErrorsAndHasNoEnd() throws Exception {
        MigratorProcess process = new MigratorProcess();
        CompletableFuture<MigratorCall.Result> running = CompletableFuture.supplyAsync(
                () -> call.with(MigratorFaults.none().stuckOutOfBand(20)).run(process, DOWN));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Integer.parseInt(databases.queryText(
                                SchemaName.FRONTEND,
                                "SELECT count(*) FROM out_of_band_migrations_errors WHERE migration_id = 20"))
                        > 2);
        assertThat(running).isNotDone();
        process.kill();
        assertThat(running.get(60, TimeUnit.SECONDS).exitCode()).isEqualTo(137);
    }

    @ParameterizedTest
    @EnumSource(SchemaName.class)
    void driftStopsItAndIsNamedByTheDriftCommand(SchemaName schema) {
        String finding = databases.breakages().drift(schema);
        MigratorCall.Result blocked = call.run(DOWN);
        assertThat(blocked.exitCode()).isEqualTo(1);
        assertThat(blocked.lines().stream().filter(line -> line.contains("drift detected for")))
                .containsExactly("❌ Schema drift detected for " + schema);
        MigratorCall.Result drift = call.run("drift", "--db=" + schema.workload());
        assertThat(drift.exitCode()).isEqualTo(1);
        assertThat(drift.lines())
                .contains("ℹ️ Checking drift against version \"v5.0.6\"", "❌ " + finding)
                .anyMatch(line -> line.startsWith("    CREATE INDEX"));
        assertThat(drift.lines().stream().filter(line -> line.contains("Missing")))
                .hasSize(1);
    }

    @Test
    void anUnreadableOrMissingVersionStopsIt() {
        databases.breakages().versionRow("insiders");
        assertThat(call.run(DOWN).stderr()).contains("cannot parse version: \\\"insiders\\\" - expected [v]X.Y[.Z]");
        databases.breakages().noVersionRow();
        assertThat(call.run(DOWN).stderr()).contains("version assertion failed: unknown version != \\\"5.0\\\"");
        MigratorCall.Result skipped = call.run("downgrade", "--from=5.0", "--to=4.5", "--skip-version-check");
        // The patch that the schemas are at is unknown without the row, so they differ from what 5.0.0 has.
        assertThat(skipped.stderr()).contains("database drift detected");
        assertThat(call.run("downgrade", "--from=5.0", "--to=4.5", "--skip-version-check", "--skip-drift-check")
                        .exitCode())
                .isZero();
        assertThat(databases.version()).isEmpty();
    }

    @Test
    void aNewInstanceHasNoOutOfBandMigrationsToReverse() {
        databases.breakages().newInstance();
        assertThat(call.run(DOWN).stderr()).contains("instance is new");
    }

    @Test
    void anUpThatFailedIsLeftOutSilently() {
        int failed = databases.breakages().dirty(SchemaName.CODEINTEL);
        assertThat(call.run(DOWN).exitCode()).isZero();
        assertThat(databases.migrations(SchemaName.CODEINTEL).failed()).containsExactly(failed);
        assertThat(call.run("drift", "--db=codeintel").exitCode()).isEqualTo(1);
    }

    @Test
    void upRefusesADirtyDatabase() {
        int failed = databases.breakages().dirty(SchemaName.CODEINTEL);
        MigratorCall.Result result = MigratorCall.of("5.0.6", databases).run("up", "--db=all");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.stderr())
                .contains("dirty database: schema \\\"codeintel\\\" marked the following migrations as failed: "
                        + failed);
        assertThat(MigratorCall.of("5.0.6", databases).run("validate").exitCode())
                .isEqualTo(1);
    }

    private void assertDown() {
        assertThat(databases.version()).isEqualTo("4.5.0");
        for (SchemaName schema : SchemaName.values()) {
            assertThat(databases.migrations(schema).applied()).containsExactlyElementsOf(idsAt45(schema));
            assertThat(call.run("drift", "--db=" + schema).exitCode()).isZero();
        }
    }

    private static List<Integer> idsAt45(SchemaName schema) {
        return SchemaHistory.load().upTo(schema, Release.of("4.5.0")).stream()
                .map(Migration::id)
                .toList();
    }

    private String table(String name) {
        return databases.queryText(SchemaName.FRONTEND, "SELECT to_regclass('" + name + "')");
    }

    private int lockHolders() {
        return List.of(SchemaName.values()).stream()
                .mapToInt(schema -> Integer.parseInt(databases.queryText(
                        schema,
                        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                                + " WHERE d.datname = current_database() AND l.locktype = 'advisory'"
                                + " AND l.objsubid = 2 AND l.granted")))
                .sum();
    }

    private void awaitNoMigratorSession() {
        for (SchemaName schema : SchemaName.values()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> databases
                    .queryText(
                            schema,
                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND application_name = 'migrator'")
                    .equals("0"));
        }
    }

    /** A seed under which that schema comes first. */
    private static long seedWithFirst(SchemaName first) {
        for (long seed = 0; ; seed++) {
            List<SchemaName> order = new ArrayList<>(List.of(SchemaName.values()));
            Collections.shuffle(order, new Random(seed));
            if (order.get(0) == first) {
                return seed;
            }
        }
    }
}
