package com.sourcegraph.downgrade.testkit.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Effect;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults.Place;
import com.sourcegraph.downgrade.testkit.postgres.DatabaseOwner;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigratorCommandsTest {
    private static final int PGCRYPTO = 1670350006;

    @Test
    void theInfoLevelTellsOfEachMigration() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            MigratorCall.Result result = MigratorCall.of("5.2.7", databases)
                    .with("SRC_LOG_LEVEL", "info")
                    .run("downgrade", "--from=4.5", "--to=4.4");
            assertThat(result.exitCode()).isZero();
            List<JsonNode> lines = new ArrayList<>();
            for (String line : result.stderr().lines().toList()) {
                lines.add(new ObjectMapper().readTree(line));
            }
            List<JsonNode> each = lines.stream()
                    .filter(line -> line.get("Body").textValue().equals("Applying migration"))
                    .toList();
            assertThat(each).hasSize(6).allMatch(line -> !line.at("/Attributes/up")
                    .booleanValue());
            int announced = lines.stream()
                    .filter(line -> line.get("Body").textValue().equals("Applying migrations"))
                    .mapToInt(line -> line.at("/Attributes/count").intValue())
                    .sum();
            assertThat(announced).isEqualTo(6);
            assertThat(each.stream()
                            .filter(line ->
                                    line.at("/Attributes/schema").textValue().equals("codeintel"))
                            .map(line -> line.at("/Attributes/migrationID").intValue()))
                    .containsExactly(1675277218);
            assertThat(lines)
                    .extracting(line -> line.get("Body").textValue())
                    .contains(
                            "Checked current schema state",
                            "Schema is not in the expected state - applying migration delta",
                            "Acquired schema migration lock",
                            "Released schema migration lock",
                            "Schema is in the expected state");
        }
    }

    @Test
    void withoutPrivilegesItStopsHalfwayAndGoesOnWithNoop() {
        try (InstanceDatabases databases = InstanceDatabases.at(Release.of("4.5.1"), DatabaseOwner.ORDINARY)) {
            MigratorCall call = MigratorCall.of("5.2.7", databases);
            MigratorCall.Result refused = call.run("downgrade", "--from=4.5", "--to=4.0", "--unprivileged-only");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.stderr())
                    .contains("refusing to apply a privileged migration")
                    .contains("" + PGCRYPTO);
            assertThat(databases.migrations(SchemaName.FRONTEND).applied().last())
                    .isEqualTo(PGCRYPTO);

            MigratorCall.Result denied = call.run("downgrade", "--from=4.5", "--to=4.0", "--skip-drift-check");
            assertThat(denied.exitCode()).isEqualTo(1);
            assertThat(denied.stderr()).contains("must be owner of extension pgcrypto (SQLSTATE 42501)");

            MigratorCall.Result noop =
                    call.run("downgrade", "--from=4.5", "--to=4.0", "--skip-drift-check", "--noop-privileged");
            assertThat(noop.exitCode()).isZero();
            assertThat(noop.stderr())
                    .contains("The following SQL queries must be applied after the downgrade operation is complete.")
                    .contains("DROP EXTENSION IF EXISTS pgcrypto");
            assertThat(databases.version()).isEqualTo("4.0.0");
            assertThat(call.run("drift", "--db=frontend").lines()).contains("❌ Unexpected extension \"pgcrypto\"");
        }
    }

    @Test
    void upBringsThePatchReleasesOwnMigrations() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            MigratorCall.of("5.0.6", databases).run("downgrade", "--from=5.0", "--to=4.5");
            MigratorCall target = MigratorCall.of("4.5.1", databases);
            assertThat(target.run("validate").stderr()).contains("schema out of date: schema \\\"frontend\\\"");
            MigratorCall.Result up = target.run("up");
            assertThat(up.exitCode()).isZero();
            assertThat(up.lines()).last().isEqualTo("✅ Schema(s) are up-to-date!");
            MigratorCall.Result validate = target.run("validate", "--db=all");
            assertThat(validate.exitCode()).as(validate.stderr()).isZero();
            assertThat(validate.lines()).contains("✅ schema okay!", "✅ oobmigrations okay!");
            // Only a frontend writes the row.
            assertThat(databases.version()).isEqualTo("4.5.0");
        }
    }

    @Test
    void upLeavesAllToAutoUpgrade() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.1.9")) {
            databases.breakages().autoUpgrade();
            MigratorCall.Result up = MigratorCall.of("5.2.7", databases).run();
            assertThat(up.exitCode()).isZero();
            assertThat(up.lines())
                    .last()
                    .isEqualTo("ℹ️ Auto-upgrade flag is set, delegating upgrade to frontend instance");
            assertThat(MigratorCall.of("5.2.7", databases).run("validate").exitCode())
                    .isEqualTo(1);
        }
    }

    @Test
    void unfinishedOutOfBandMigrationsHoldTheNextReleaseBack() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.2.7")) {
            databases.breakages().outOfBandProgress(24, 0.5);
            MigratorCall.Result validate =
                    MigratorCall.of("5.3.9104", databases).run("validate", "--db=codeinsights");
            assertThat(validate.exitCode()).isEqualTo(1);
            assertThat(validate.stderr()).contains("migration 24 expected to be at 100.00% (at 50.00%)");
            MigratorCall.Result run = MigratorCall.of("5.2.7", databases)
                    .run("run-out-of-band-migrations", "--id=24", "--disable-animation");
            assertThat(run.exitCode()).isZero();
            assertThat(run.lines())
                    .containsSubsequence(
                            "👉 Running out of band migrations [24]",
                            "Migration #24 is 50.00% complete",
                            "Migration #24 is 75.00% complete",
                            "Migration #24 is 100.00% complete",
                            "✅ Out of band migrations complete");
            assertThat(MigratorCall.of("5.3.9104", databases)
                            .run("validate", "--db=codeinsights")
                            .exitCode())
                    .isZero();
        }
    }

    @Test
    void upgradeIsTheWayBack() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            MigratorCall call = MigratorCall.of("5.0.6", databases);
            call.run("downgrade", "--from=5.0", "--to=4.5");
            MigratorCall.Result back = call.run("upgrade", "--from=4.5", "--to=5.0", "--disable-animation");
            assertThat(back.exitCode()).as(back.stderr()).isZero();
            assertThat(back.lines()).contains("👉 Migrating to v5.0 (step 2 of 2)");
            assertThat(databases.version()).isEqualTo("5.0.0");
            assertThat(call.run("drift", "--db=frontend").exitCode()).isZero();
            assertThat(databases.queryText(SchemaName.FRONTEND, "SELECT count(*) FROM user_repo_permissions"))
                    .isEqualTo("0");
            assertThat(databases.queryText(SchemaName.FRONTEND, "SELECT count(*) FROM repo"))
                    .isEqualTo("400");
        }
    }

    @Test
    void reachabilityIsSaidFirst() {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            MigratorCall call = MigratorCall.of("4.5.1", databases);
            MigratorCall cutOff = call.with(call.settings().connectivity(MigratorSettings.Connectivity.NEITHER));
            assertThat(cutOff.run("drift", "--db=codeintel").lines())
                    .contains("⚠️ Neither Github nor GCS reachable, some features may not work as expected");
            // The image holds the descriptions up to its own release.
            MigratorCall older = new MigratorCall(
                    MigratorSettings.of(Release.of("4.5.0")).connectivity(MigratorSettings.Connectivity.NEITHER),
                    databases.environment());
            MigratorCall.Result result = older.run("drift", "--db=codeintel");
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.stderr()).contains("failed to locate target schema description");
        }
    }

    @Test
    void faultsCanBeGivenAsText() {
        MigratorFaults faults =
                MigratorFaults.parse("fail:1670256530, die-during-migration:3,slow:200,stuck:20,memory:600,panic");
        assertThat(faults.failing()).containsExactly(1670256530);
        assertThat(faults.point()).contains(new MigratorFaults.FaultPoint(Place.DURING_MIGRATION, 3, Effect.DIE, 137));
        assertThat(faults.perMigration()).isEqualTo(Duration.ofMillis(200));
        assertThat(faults.stuckOutOfBand()).containsExactly(20);
        assertThat(faults.mebibytes()).isEqualTo(600);
        assertThat(faults.panicking()).isTrue();
        assertThat(MigratorFaults.parse("hang-before-version-row").point())
                .contains(new MigratorFaults.FaultPoint(Place.BEFORE_VERSION_ROW, 0, Effect.HANG, 137));
        assertThat(MigratorFaults.parse("")).isEqualTo(MigratorFaults.none());
        assertThatThrownBy(() -> MigratorFaults.parse("explode")).hasMessageContaining("explode");
        assertThatThrownBy(() -> MigratorFaults.parse("die-somewhere:1")).hasMessageContaining("somewhere");
    }
}
