package com.sourcegraph.downgrade.testkit.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.Migration;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import com.sourcegraph.downgrade.testkit.postgres.SessionNotes;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigratorDowngradeTest {
    private static final String[] DOWN_TO_4_5 = {"downgrade", "--from=v5.0.6", "--to=v4.5.1", "--disable-animation"};

    @Test
    void saysWhatItDoesAndNothingMore() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.3.12303")) {
            MigratorCall.Result result = MigratorCall.of("5.3.12303", databases)
                    .run("downgrade", "--from", "5.3", "-to", "4.5", "-disable-animation");
            assertThat(result.exitCode()).as(result.stderr()).isZero();
            assertThat(result.stderr()).isEmpty();
            assertThat(result.lines())
                    .containsExactly(
                            "✱ Sourcegraph migrator 5.3.12303",
                            "⚠️ Github not reachable, GCS is reachable, some features may not work as expected",
                            "Attempting connection to frontend...",
                            "✅ Connection to frontend succeeded",
                            "Attempting connection to codeintel...",
                            "✅ Connection to codeintel succeeded",
                            "Attempting connection to codeinsights...",
                            "✅ Connection to codeinsights succeeded",
                            "👉 Migrating to v5.1 (step 1 of 4)",
                            "👉 Running schema migrations",
                            "✅ Schema migrations complete",
                            "👉 Running out of band migrations [24]",
                            "Migration #24 is 100.00% complete",
                            "✅ Out of band migrations complete",
                            "👉 Migrating to v5.0 (step 2 of 4)",
                            "👉 Running schema migrations",
                            "✅ Schema migrations complete",
                            "👉 Running out of band migrations [22 23]",
                            "Migration #22 is 100.00% complete",
                            "Migration #23 is 100.00% complete",
                            "✅ Out of band migrations complete",
                            "👉 Migrating to v4.5 (step 3 of 4)",
                            "👉 Running schema migrations",
                            "✅ Schema migrations complete",
                            "👉 Running out of band migrations [19 20 21]",
                            "Migration #19 is 100.00% complete",
                            "Migration #20 is 100.00% complete",
                            "Migration #21 is 100.00% complete",
                            "Migration #19 is 100.00% complete",
                            "Migration #20 is 0.00% complete",
                            "Migration #21 is 100.00% complete",
                            "✅ Out of band migrations complete",
                            "👉 Migrating to v4.5 (step 4 of 4)",
                            "👉 Running schema migrations",
                            "✅ Schema migrations complete");
        }
    }

    /** What the real one does not do: tests read from it whether anybody was connected at any moment of the work. */
    @Test
    void notesWhoIsConnectedBesideIt() throws SQLException {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            try (Connection worker = databases.breakages().session(SchemaName.CODEINTEL, "worker")) {
                assertThat(MigratorCall.of("5.0.6", databases).run(DOWN_TO_4_5).exitCode())
                        .isZero();
                assertThat(worker.isValid(1)).isTrue();
            }
            assertThat(databases.besideMigrators("testkit"))
                    .contains("worker at codeintel (revert of frontend ")
                    .contains("worker at codeintel (a batch of out-of-band migrations, ")
                    .contains("worker at codeintel (the version row, ")
                    .doesNotContain("at frontend (");
            assertThat(databases.besideMigrators("testkit", "worker")).isEmpty();
            assertThat(databases.queryText(SchemaName.FRONTEND, SessionNotes.missing()))
                    .isEmpty();
            databases.execute(
                    SchemaName.FRONTEND, "DELETE FROM testkit.session_notes WHERE occasion LIKE 'revert of %'");
            assertThat(databases.queryText(SchemaName.FRONTEND, SessionNotes.missing()))
                    .isNotEmpty();
        }
    }

    @Test
    void aDryRunNotesNothing() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            assertThat(MigratorCall.of("5.0.6", databases)
                            .run("downgrade", "--from=5.0", "--to=4.5", "--dry-run")
                            .exitCode())
                    .isZero();
            assertThat(databases.queryText(SchemaName.FRONTEND, SessionNotes.exist()))
                    .isEqualTo("f");
            assertThat(databases.besideMigrators()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4.0.1, 3.43, 4.0.1",
        "4.5.1, 4.0, 4.5.1",
        "5.0.6, 4.5, 5.0.6",
        "5.3.12303, 4.5, 5.3.12303",
        "5.11.6271, 5.6, 5.11.6271",
        "6.12.5040, 6.0, 6.12.5040"
    })
    void endsWithTheTargetsMinorAsItsRelease(String from, String to, String migrator) {
        try (InstanceDatabases databases = InstanceDatabases.at(from)) {
            MigratorCall call = MigratorCall.of(migrator, databases);
            MigratorCall.Result result = call.run("downgrade", "--from=" + from, "--to=v" + to);
            assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isZero();
            assertThat(databases.version()).isEqualTo(to + ".0");
            for (SchemaName schema : SchemaName.values()) {
                assertThat(databases.migrations(schema).applied())
                        .containsExactlyElementsOf(SchemaHistory.load().upTo(schema, Release.of(to)).stream()
                                .map(Migration::id)
                                .toList());
                MigratorCall.Result drift = call.run("drift", "--db=" + schema, "--version=v" + to + ".0");
                assertThat(drift.exitCode()).as(drift.stdout()).isZero();
                assertThat(drift.lines()).contains("✅ No drift detected");
            }
        }
    }

    @Test
    void dropsDataThatOnlyTheNewerReleaseKnows() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            assertThat(databases.queryText(SchemaName.FRONTEND, "SELECT count(*) > 0 FROM user_repo_permissions"))
                    .isEqualTo("t");
            assertThat(MigratorCall.of("5.0.6", databases).run(DOWN_TO_4_5).exitCode())
                    .isZero();
            assertThat(databases.queryText(SchemaName.FRONTEND, "SELECT to_regclass('user_repo_permissions')"))
                    .isEmpty();
            assertThat(databases.queryText(SchemaName.FRONTEND, "SELECT count(*) FROM repo"))
                    .isEqualTo("400");
            // Introduced in the target's own minor, and yet reversed, for good.
            assertThat(databases.queryText(
                            SchemaName.FRONTEND,
                            "SELECT string_agg(id::text, ' ' ORDER BY id) FROM out_of_band_migrations"
                                    + " WHERE apply_reverse"))
                    .isEqualTo("19 20 21");
        }
    }

    @Test
    void aDryRunPlansAndChecksAndChangesNoSchema() {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            MigratorCall.Result result =
                    MigratorCall.of("5.2.7", databases).run("downgrade", "--from=v5.0.6", "--to=v4.5.1", "--dry-run");
            assertThat(result.exitCode()).isZero();
            assertThat(result.lines().stream().filter(line -> line.startsWith("👉")))
                    .containsExactly(
                            "👉 Migrating to v4.5 (step 1 of 2)",
                            "👉 Running schema migrations",
                            "👉 Running out of band migrations [19 20 21]",
                            "👉 Migrating to v4.5 (step 2 of 2)",
                            "👉 Running schema migrations");
            assertThat(databases.version()).isEqualTo("5.0.6");
            assertThat(databases.queryText(SchemaName.FRONTEND, "SELECT count(*) FROM migration_logs WHERE NOT up"))
                    .isEqualTo("0");
        }
    }
}
