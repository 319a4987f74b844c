package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigratorLogParserTest {
    private final MigratorLogParser parser = new MigratorLogParser(Redactor.none());

    private void read(String... lines) {
        List.of(lines).forEach(parser::accept);
    }

    private static String json(String severity, String body, String attributes) {
        return "{\"SeverityText\":\"" + severity + "\",\"Timestamp\":1671543133553572000,\"InstrumentationScope\":"
                + "\"migrator.runner\",\"Caller\":\"runner/run.go:1\",\"Function\":\"x\",\"Body\":\"" + body
                + "\",\"Resource\":{\"service.name\":\"migrator\"},\"Attributes\":" + attributes + "}";
    }

    @Test
    void followsALateMigratorFromStartToEnd() {
        assertThat(parser.progress()).isEqualTo(MigratorProgress.none());
        read(
                "✱ Sourcegraph migrator 5.3.12303",
                "⚠️ Github not reachable, GCS is reachable, some features may not work as expected",
                "Attempting connection to frontend...");
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.CONNECTING);
        assertThat(parser.progress().migratorVersion()).contains("5.3.12303");
        assertThat(parser.progress().warnings())
                .containsExactly("Github not reachable, GCS is reachable, some features may not work as expected");

        read(
                "✅ Connection to frontend succeeded",
                "👉 Migrating to v5.1 (step 1 of 2)",
                "👉 Running schema migrations");
        assertThat(parser.progress().describe()).isEqualTo("hop 1 of 2 to 5.1: SchemaMigrations");

        read(
                json("INFO", "Acquired schema migration lock", "{\"schema\":\"frontend\"}"),
                json("INFO", "Applying migrations", "{\"schema\":\"frontend\",\"up\":false,\"count\":3}"),
                json(
                        "INFO",
                        "Applying migration",
                        "{\"schema\":\"frontend\",\"migrationID\":1700000001,\"up\":false}"));
        assertThat(parser.progress().schema()).contains(Schema.FRONTEND);
        assertThat(parser.progress().migrations()).isEqualTo(Map.of(Schema.FRONTEND, new MigrationCount(0, 3)));
        read(json("INFO", "Applying migration", "{\"schema\":\"frontend\",\"migrationID\":1700000002,\"up\":false}"));
        assertThat(parser.progress().describe()).isEqualTo("hop 1 of 2 to 5.1: SchemaMigrations 1/3 (frontend)");
        read(
                json("INFO", "Applying migration", "{\"schema\":\"frontend\",\"migrationID\":1700000003,\"up\":false}"),
                json("INFO", "Released schema migration lock", "{\"schema\":\"frontend\"}"),
                json("INFO", "Applying migrations", "{\"schema\":\"codeintel\",\"up\":false,\"count\":1}"),
                json("INFO", "Applying migration", "{\"schema\":\"codeintel\",\"migrationID\":7,\"up\":false}"));
        assertThat(parser.progress().total()).isEqualTo(new MigrationCount(3, 4));
        assertThat(parser.progress().schema()).contains(Schema.CODEINTEL);

        read("✅ Schema migrations complete", "👉 Running out of band migrations [24 22]");
        assertThat(parser.progress().total()).isEqualTo(new MigrationCount(4, 4));
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.OUT_OF_BAND_MIGRATIONS);
        read(
                "Migration #24 is 40.00% complete",
                "Migration #22 is 100.00% complete", "Migration #24 is 0.00% complete");
        assertThat(parser.progress().outOfBand()).isEqualTo(Map.of(24, 0.0, 22, 100.0));
        assertThat(parser.progress().describe()).isEqualTo("hop 1 of 2 to 5.1: OutOfBandMigrations 22 100%, 24 0%");

        read("✅ Out of band migrations complete", "👉 Migrating to v4.5 (step 2 of 2)", "👉 Running schema migrations");
        assertThat(parser.progress().hop()).isEqualTo(2);
        assertThat(parser.progress().migrations()).isEmpty();
        assertThat(parser.progress().outOfBand()).isEmpty();
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.SCHEMA_MIGRATIONS);
        read("✅ Schema migrations complete");
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.FINISHING);
        assertThat(parser.progress().plan())
                .containsExactly(
                        new MigratorHop(1, Minor.of(5, 1), List.of(24, 22)),
                        new MigratorHop(2, Minor.of(4, 5), List.of()));
        assertThat(parser.progress().lastError()).isEmpty();
    }

    /** 4.x forces colours and cursor codes, and complains about the terminal; 4.0 says each out-of-band line twice. */
    @Test
    void readsAnOldMigrator() {
        read(
                "\u001b[31m❗️ An error was returned when detecting the terminal size and capabilities:\u001b[0m",
                "",
                "   GetWinsize: inappropriate ioctl for device",
                "",
                "   Execution will continue, but please report this, along with your operating",
                "\u001b[?25l\u001b[1m✱ Sourcegraph migrator v4.0.1\u001b[0m",
                "\u001b[2K\r\u001b[38;5;33m👉 Migrating to v4.3 (step 1 of 2)\u001b[0m",
                "\u001b[0m👉 Running schema migrations\u001b[0m",
                "✅ Schema migrations complete",
                "👉 Running out of band migrations [17 18]",
                "👉 Running out of band migrations [17 18]",
                "drawn before\rMigration #17 is 12.50% complete");
        MigratorProgress progress = parser.progress();
        assertThat(progress.migratorVersion()).contains("4.0.1");
        assertThat(progress.lastError()).isEmpty();
        assertThat(progress.plan()).containsExactly(new MigratorHop(1, Minor.of(4, 3), List.of(17, 18)));
        assertThat(progress.outOfBand()).isEqualTo(Map.of(17, 12.5, 18, 100.0));
    }

    /** A dry run prints the plan and no results. Its last interrupt may be the target itself. */
    @Test
    void readsThePlanFromADryRun() {
        read(
                "👉 Migrating to v4.5 (step 1 of 2)",
                "👉 Running schema migrations",
                "👉 Running out of band migrations [19 20 21]",
                "👉 Migrating to v4.5 (step 2 of 2)",
                "👉 Running schema migrations");
        assertThat(parser.progress().plan())
                .containsExactly(
                        new MigratorHop(1, Minor.of(4, 5), List.of(19, 20, 21)),
                        new MigratorHop(2, Minor.of(4, 5), List.of()));
    }

    @Test
    void keepsNoSecret() {
        read(
                "ℹ️ Connection DSNs used: frontend => postgres://sg:hidden@pgsql:5432/sg?sslmode=disable",
                "Attempting connection to postgres://sg:hidden@pgsql:5432/sg...",
                "⚠️ could not reach postgres://sg:hidden@pgsql:5432/sg",
                json("WARN", "odd", "{\"error\":\"dial postgres://sg:hidden@pgsql failed\"}"),
                json(
                        "WARN",
                        "The following SQL queries must be applied after the downgrade operation is complete.",
                        "{\"schema\":\"frontend\",\"sql\":\"ALTER ROLE x PASSWORD = 'hidden'\"}"),
                json("FATAL", "failed to connect to `host=pgsql user=sg password=hidden`: refused", "{}"));
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.FAILED);
        assertThat(parser.progress().lastError())
                .hasValueSatisfying(text -> assertThat(text).contains("failed to connect"));
        assertThat(parser.progress().warnings()).hasSize(2);
        assertThat(parser.progress().toString()).doesNotContain("hidden");
    }

    @Test
    void collectsPrivilegedSql() {
        read(json(
                "WARN",
                "The following SQL queries must be applied after the downgrade operation is complete.",
                "{\"schema\":\"frontend\",\"sql\":\"DROP EXTENSION hstore;\"}"));
        assertThat(parser.progress().privileged())
                .containsExactly(new PrivilegedSql("frontend", "DROP EXTENSION hstore;"));
        assertThat(parser.progress().warnings()).isEmpty();
    }

    @Test
    void seesThatItWaitsForAnother() {
        read(
                "👉 Migrating to v4.5 (step 1 of 1)",
                json("INFO", "Schema migration lock is currently held - will re-attempt to acquire lock", "{}"));
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.WAITING_FOR_LOCK);
        read(json("INFO", "Acquired schema migration lock", "{\"schema\":\"frontend\"}"));
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.SCHEMA_MIGRATIONS);
    }

    @Test
    void namesDriftedSchemas() {
        read(
                "❌ Schema drift detected for frontend",
                "💡 Before continuing with this operation, run the migrator's drift command",
                "❌ Schema drift detected for codeintel",
                json("FATAL", "database drift detected", "{}"));
        assertThat(parser.progress().drifted()).containsExactly("frontend", "codeintel");
        assertThat(parser.progress().lastError()).contains("database drift detected");
    }

    @Test
    void theFatalErrorStays() {
        read(
                json("FATAL", "2 errors occurred:\\n\\t* failed to run migration for schema \\\"frontend\\\"", "{}"),
                "❌ something later",
                "👉 Running schema migrations");
        assertThat(parser.progress().lastError())
                .contains("2 errors occurred:\n\t* failed to run migration for schema \"frontend\"");
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.FAILED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "panic: unreachable: input interval not covered in output",
                "❗️ A newer migrator version is available (5.6.0), please consider using it instead or pass -ignore-migrator-update.",
                "Incorrect Usage: flag provided but not defined: -ignore-migrator-update",
                "ERROR: too many arguments"
            })
    void keepsErrorsThatHaveNoStructuredLine(String line) {
        read(line);
        assertThat(parser.progress().lastError())
                .hasValueSatisfying(error -> assertThat(line).endsWith(error));
    }

    /** A repeated round within a hop counts on: what the first one did stays done. */
    @Test
    void countsOnWhenItTriesAgain() {
        read(
                "👉 Migrating to v4.5 (step 1 of 1)",
                json("INFO", "Applying migrations", "{\"schema\":\"frontend\",\"count\":3}"),
                json("INFO", "Applying migration", "{\"schema\":\"frontend\",\"migrationID\":1}"),
                json("INFO", "Applying migration", "{\"schema\":\"frontend\",\"migrationID\":2}"),
                json("INFO", "Released schema migration lock", "{\"schema\":\"frontend\"}"),
                json("INFO", "Applying migrations", "{\"schema\":\"frontend\",\"count\":1}"),
                json("INFO", "Applying migration", "{\"schema\":\"frontend\",\"migrationID\":3}"));
        assertThat(parser.progress().total()).isEqualTo(new MigrationCount(2, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}",
                "{\"Body\":1}",
                "{\"Body\":{\"a\":[]}}",
                "{\"SeverityText\":null,\"Body\":null}",
                "null",
                "👉 Migrating to v99999999999.1 (step 1 of 2)",
                "👉 Migrating to v4.5 (step 99999999999 of 2)",
                "👉 Running out of band migrations []",
                "👉 Running out of band migrations [99999999999]",
                "👉 Running out of band migrations <nil>",
                "Migration #x is y% complete",
                "Migration #99999999999 is 1% complete",
                "\u001b[",
                "\u001b]0;title",
                "\u0000\u0007",
                "❌",
                "⚠️",
                "{\"SeverityText\":\"INFO\",\"Body\":\"Applying migrations\",\"Attributes\":{\"schema\":\"nobody\",\"count\":\"x\"}}",
                "{\"SeverityText\":\"INFO\",\"Body\":\"Applying migrations\",\"Attributes\":\"none\"}"
            })
    void survivesGarbage(String line) {
        read("👉 Migrating to v4.5 (step 1 of 2)", line, "👉 Running schema migrations");
        assertThat(parser.progress().hop()).isEqualTo(1);
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.SCHEMA_MIGRATIONS);
    }

    /** Bits and pieces of real lines, in any order and shape: no exception, and the result stays bounded. */
    @Test
    void staysBoundedWhateverComes() {
        Random random = new Random(42);
        String alphabet =
                "👉❌⚠️❗️ Migrating to v4.5 (step 1 of 2) Running out of band migrations [17 18] #{}\":\\\u001b[0m\r%"
                        + json("WARN", "x", "{\"schema\":\"frontend\"}");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder(random.nextBoolean() ? "⚠️ " : "❌ ");
            for (int j = random.nextInt(60); j > 0; j--) {
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            parser.accept(line.toString());
        }
        parser.accept("❌ " + "x".repeat(1_000_000));
        assertThat(parser.progress().warnings()).hasSizeLessThanOrEqualTo(50);
        assertThat(parser.progress().lastError().orElseThrow()).hasSizeLessThan(10_000);
    }

    /** A container of a tenant may print what it likes, for hours; the operator keeps what a run can need. */
    @Test
    void keepsNoMoreThanARunCanNeed() {
        for (int i = 1; i <= 5_000; i++) {
            read(
                    "👉 Migrating to v4.5 (step " + i + " of 5000)",
                    "👉 Running out of band migrations [" + i + "]",
                    "❌ Schema drift detected for schema-" + i,
                    json("WARN", "The following SQL queries must be applied after it", "{\"schema\":\"s" + i + "\"}"));
        }
        read("👉 Running out of band migrations [" + "17 ".repeat(10_000) + "]");
        for (int i = 1; i <= 5_000; i++) {
            read("Migration #" + i + " is 50.00% complete");
        }
        MigratorProgress progress = parser.progress();
        assertThat(progress.hop()).isEqualTo(5_000);
        assertThat(progress.plan()).hasSize(50);
        assertThat(progress.plan())
                .allSatisfy(hop -> assertThat(hop.outOfBand()).hasSizeLessThanOrEqualTo(200));
        assertThat(progress.outOfBand()).hasSize(200);
        assertThat(progress.privileged()).hasSize(50);
    }

    /** The names of schemas that nobody knows are not kept; that there is drift is. */
    @Test
    void driftOfAnUnknownSchemaIsDriftStill() {
        read("❌ Schema drift detected for " + "x".repeat(10_000), "❌ Schema drift detected for y");
        assertThat(parser.progress().drifted()).containsExactly("another schema");
        read("❌ Schema drift detected for frontend");
        assertThat(parser.progress().drifted()).containsExactly("another schema", "frontend");
    }

    @Test
    void namesAreCutAndMasked() {
        read(
                "✱ Sourcegraph migrator postgres://sg:hidden@pgsql/" + "9".repeat(10_000),
                json(
                        "WARN",
                        "The following SQL queries must be applied after it",
                        "{\"schema\":\"" + "s".repeat(10_000) + "\",\"sql\":\"x\"}"));
        assertThat(parser.progress().migratorVersion().orElseThrow())
                .hasSizeLessThan(110)
                .doesNotContain("hidden");
        assertThat(parser.progress().privileged()).containsExactly(new PrivilegedSql("another schema", "x"));
    }

    /** What is begun beyond the bound is not counted: the run then looks slower than it is, never further. */
    @Test
    void countsMigrationsUpToABound() {
        read(json("INFO", "Applying migrations", "{\"schema\":\"frontend\",\"count\":100000}"));
        for (int i = 0; i < 6_000; i++) {
            read(json(
                    "INFO",
                    "Applying migration",
                    "{\"schema\":\"frontend\",\"migrationID\":\"" + "1".repeat(1_000) + i + "\"}"));
            read(json("INFO", "Applying migration", "{\"schema\":\"frontend\",\"migrationID\":" + i + "}"));
        }
        assertThat(parser.progress().total().done()).isBetween(4_900, 5_000);
    }

    /** A fatal error that quotes a long statement is cut, and stays fatal. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1; ", "\\\\", "\\u0041", "\\\"", "ä"})
    void aFatalErrorBeyondTheBoundOfALineStaysFatal(String piece) {
        String line = json("FATAL", "failed to apply migration 17: " + piece.repeat(200_000 / piece.length()), "{}");
        read(line);
        assertThat(parser.progress().phase()).isEqualTo(MigratorPhase.FAILED);
        assertThat(parser.progress().lastError().orElseThrow())
                .startsWith("failed to apply migration 17: ")
                .hasSizeLessThan(8_002);
    }

    /** Masking costs seconds for a line that is made for it: it is done for what is shown, not for each line. */
    @Test
    @Timeout(120)
    void masksWhatIsShownAndNothingElse() {
        String costly = "x://a:".repeat(10_000);
        for (int i = 0; i < 500; i++) {
            read("❌ " + i + costly, "⚠️ " + costly);
        }
        read("❌ postgres://sg:hidden@pgsql:5432/sg");
        assertThat(parser.progress().lastError()).contains("postgres://sg:***@pgsql:5432/sg");
        assertThat(parser.progress().warnings()).hasSize(1);
    }

    @Test
    void theResultOfALineDoesNotChangeLater() {
        read("👉 Migrating to v4.5 (step 1 of 2)", "👉 Running out of band migrations [1]");
        MigratorProgress before = parser.progress();
        String shown = before.toString();
        read("Migration #1 is 5.00% complete", "👉 Migrating to v4.4 (step 2 of 2)", "⚠️ x");
        assertThat(before).hasToString(shown);
    }
}
