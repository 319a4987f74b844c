package com.sourcegraph.downgrade.testkit.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the migrator refuses before it changes any schema. None of these tests changes the instance either. */
class MigratorRefusalTest {
    private static InstanceDatabases databases;

    @BeforeAll
    static void create() {
        databases = InstanceDatabases.at("5.0.6");
    }

    @AfterAll
    static void drop() {
        databases.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "downgrade | Required flags \"from, to\" not set",
                "downgrade --from=5.0 | Required flag \"to\" not set",
                "downgrade --from=5.0 --to | flag needs an argument: -to",
                "downgrade --from=5.0 --to=4.5 --ignore-single-dirty-log | flag provided but not defined: -ignore-single-dirty-log",
                "downgrade --from=5.0 --to=4.5 --dry-run=maybe | invalid boolean value \"maybe\" for -dry-run: parse error",
                "downgrade --from=five --to=4.5 | bad format for -from",
                "downgrade --from=5.0 --to=4 | bad format for -to",
                "downgrade --from=4.5.1 --to=v4.5.0 | invalid range (from=4.5 <= to=4.5)",
                "downgrade --from=4.4 --to=5.0 | invalid range (from=4.4 <= to=5.0)",
                "downgrade --from=5.7 --to=5.6 | unknown tag \"v5.6.0\"",
                "downgrade --from=4.5 --to=4.4 | version assertion failed: \"5.0\" != \"4.5\". Re-invoke with --skip-version-check to ignore this check",
                "drift --db=frontend --version=v5.0.0 | version assertion failed: \"v5.0.0\" != \"v5.0.6\". Re-invoke with --skip-version-check to ignore this check",
                "drift --db=frontend --version=5.0 | version assertion failed: \"5.0\" != \"v5.0.6\". Re-invoke with --skip-version-check to ignore this check",
                "drift --db=frontend --skip-version-check | -skip-version-check was supplied without -version or -file",
                "drift --db=frontend --version=v5.0.6 --file=x | the flags -version or -file are mutually exclusive",
                "drift | Required flag \"db\" not set",
                "drift --db=front | unknown schema \"front\"",
                "run-out-of-band-migrations --id=3 --id=99 | unknown migration id(s) [3 99]",
                "up | upgrading \"frontend\" from \"5.0.6\" to \"5.2.7\" is not allowed, please refer to https://docs.sourcegraph.com/admin/updates#update-policy",
            })
    void endsWithAFatalLine(String command, String error) throws Exception {
        MigratorCall.Result result = MigratorCall.of("5.2.7", databases).run(command.split(" "));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(fatal(result).get("Body").textValue()).isEqualTo(error);
    }

    @Test
    void positionalArgumentsAndContradictionsAreWrongUse() {
        MigratorCall call = MigratorCall.of("5.2.7", databases);
        MigratorCall.Result extra = call.run("downgrade", "--from=5.0", "--to=4.5", "now");
        assertThat(extra.exitCode()).isEqualTo(1);
        assertThat(extra.lines()).last().isEqualTo("ERROR: too many arguments");
        MigratorCall.Result both =
                call.run("downgrade", "--from=5.0", "--to=4.5", "--unprivileged-only", "--noop-privileged");
        assertThat(both.exitCode()).isEqualTo(1);
        assertThat(both.lines())
                .last()
                .isEqualTo("ERROR: -unprivileged-only and -noop-privileged are mutually exclusive");
        assertThat(both.stderr()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "4.0.1, --skip-drift-check",
        "4.0.1, --disable-animation",
        "4.5.1, --ignore-migrator-update",
    })
    void olderMigratorsHaveFewerFlags(String migrator, String flag) throws Exception {
        MigratorCall.Result result =
                MigratorCall.of(migrator, databases).run("downgrade", "--from=4.0", "--to=3.43", flag);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(fatal(result).get("Body").textValue())
                .isEqualTo("flag provided but not defined: " + flag.substring(1));
    }

    @Test
    void thePlanningBugIsAPanic() {
        MigratorCall.Result result =
                MigratorCall.of("5.2.7", databases).run("downgrade", "--from=5.0", "--to=4.3", "--dry-run");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.stderr()).startsWith("panic: unreachable: input interval not covered in output");
        assertThat(result.stdout()).doesNotContain("connection");
    }

    @Test
    void oneThatDoesNotKnowTheEndOfItsMajorCountsUntilItsMemoryIsUsedUp() {
        MigratorCall.Result result = MigratorCall.of("4.5.1", databases).run("downgrade", "--from=5.0", "--to=4.5");
        assertThat(result.exitCode()).isEqualTo(137);
        assertThat(result.stderr()).isEmpty();
    }

    @Test
    void aNewerMigratorIsAskedForUnlessToldOtherwise() {
        MigratorCall call = MigratorCall.of("5.2.7", databases);
        call = call.with(call.settings().newerMigrator(Release.of("5.3.9104")));
        MigratorCall.Result refused = call.run("downgrade", "--from=5.0", "--to=4.5", "--dry-run");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.lines())
                .last()
                .isEqualTo("❗️ A newer migrator version is available (5.3.9104), please consider using it instead or"
                        + " pass -ignore-migrator-update.");
        MigratorCall.Result warned =
                call.run("downgrade", "--from=5.0", "--to=4.5", "--dry-run", "--ignore-migrator-update");
        assertThat(warned.exitCode()).isZero();
        assertThat(warned.lines())
                .contains("⚠️ A newer migrator version is available (5.3.9104), please consider using it instead."
                        + " Continuing...");
    }

    @Test
    void late3xReleasesAndPostgres12AreGone() throws Exception {
        try (InstanceDatabases old = InstanceDatabases.at("4.0.1")) {
            MigratorCall.Result unknown = MigratorCall.of("5.9.1590", old).run("downgrade", "--from=4.0", "--to=3.43");
            assertThat(fatal(unknown).get("Body").textValue()).isEqualTo("unknown tag \"v3.43.0\"");
            MigratorCall.Result refused = MigratorCall.of("6.0.0", databases).run("drift", "--db=frontend");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(fatal(refused).get("Body").textValue()).contains("requires PostgreSQL 16+");
        }
    }

    @Test
    void databasesThatDoNotAnswerAreWaitedForAWhile() throws Exception {
        MigratorCall.Result result = MigratorCall.of("5.2.7", databases)
                .with("CODEINTEL_PGPORT", "1")
                .with("DB_STARTUP_TIMEOUT", "1s")
                .run("downgrade", "--from=5.0", "--to=4.5");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(fatal(result).get("Body").textValue())
                .isEqualTo("DB not available: database did not start up within 1s");
    }

    @Test
    void aWrongPasswordIsNotWaitedFor() throws Exception {
        MigratorCall.Result result = MigratorCall.of("5.2.7", databases)
                .with("PGPASSWORD", "guessed")
                .run("validate");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(fatal(result).get("Body").textValue()).contains("password authentication failed");
    }

    @Test
    void theThreeDatabasesMustBeThree() throws Exception {
        Map<String, String> environment = databases.environment();
        MigratorCall.Result result = MigratorCall.of("5.2.7", databases)
                .with("CODEINTEL_PGDATABASE", environment.get("PGDATABASE"))
                .run("downgrade", "--from=5.0", "--to=4.5");
        assertThat(fatal(result).get("Body").textValue())
                .startsWith("databases frontend and codeintel must be distinct, but both target ");
    }

    @Test
    void passwordsStandInTheLogOfMigratorsBefore5_2() {
        String password = databases.address(SchemaName.FRONTEND).password();
        MigratorCall.Result older =
                MigratorCall.of("5.1.9", databases).run("downgrade", "--from=5.0", "--to=4.5", "--dry-run");
        String dataSource = databases.address(SchemaName.FRONTEND).dataSource();
        assertThat(dataSource).contains(password.substring(password.indexOf('/') + 1, password.indexOf('@')));
        assertThat(older.stdout())
                .contains("ℹ️ Connection DSNs used: frontend => " + dataSource)
                .contains("Attempting connection to " + dataSource + "...")
                .contains("✅ Connection to \"" + dataSource + "\" succeeded");
        MigratorCall.Result newer =
                MigratorCall.of("5.2.7", databases).run("downgrade", "--from=5.0", "--to=4.5", "--dry-run");
        assertThat(newer.stdout()).doesNotContain("postgres://");
    }

    @Test
    void migratorsOf4_xColourWithoutATerminal() {
        MigratorCall.Result result = MigratorCall.of("4.5.1", databases).run("validate");
        assertThat(result.stdout())
                .contains("GetWinsize: inappropriate ioctl for device")
                .contains("\u001b[?25l")
                .contains("\u001b[0m");
    }

    private static JsonNode fatal(MigratorCall.Result result) throws Exception {
        String last = result.stderr().lines().reduce((one, other) -> other).orElseThrow();
        JsonNode line = new ObjectMapper().readTree(last);
        assertThat(line.get("SeverityText").textValue()).isEqualTo("FATAL");
        assertThat(line.get("InstrumentationScope").textValue()).isEqualTo("migrator");
        return line;
    }
}
