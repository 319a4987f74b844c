package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.migrator.MigratorSettings;
import com.sourcegraph.downgrade.testkit.migrator.MigratorStandIn;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our command lines given to the migrator's stand-in on real databases, and what we make of its answers. */
class StandInTest {
    private record Answer(int exitCode, String log) {
        MigratorProgress progress() {
            return new MigratorLogParser(Redactor.none()).parse(log);
        }

        FailureClass failureClass() {
            return new MigratorFailureClassifier()
                    .classify(Outcome.ended(exitCode, "Error"), MigratorContainers.DOWNGRADE, progress())
                    .orElseThrow()
                    .failureClass();
        }
    }

    private static Answer run(
            InstanceDatabases instance,
            String image,
            UnaryOperator<MigratorSettings> settings,
            List<String> arguments) {
        Map<String, String> environment = new HashMap<>(instance.environment());
        environment.putAll(new MigratorCommand(Minor.parse(image)).environment());
        environment.put("DB_STARTUP_TIMEOUT", "1s");
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(log, true, StandardCharsets.UTF_8);
        int exitCode = new MigratorStandIn(
                        settings.apply(MigratorSettings.of(Release.of(image)).tick(Duration.ofMillis(5))))
                .run(arguments, environment, stream, stream);
        return new Answer(exitCode, log.toString(StandardCharsets.UTF_8));
    }

    private static Answer run(InstanceDatabases instance, String image, List<String> arguments) {
        return run(instance, image, UnaryOperator.identity(), arguments);
    }

    private static MigratorCommand command(String image) {
        return new MigratorCommand(Minor.parse(image));
    }

    /** Every era's output, from the banner to the end, with the plan of the dry run being what then happens. */
    @ParameterizedTest
    @CsvSource({
        "4.5.1, 4.5.1, 4.5, 4.0, 4.0.0",
        "5.0.6, 5.0.6, 5.0, 4.5, 4.5.0",
        "5.0.6, 5.1.9, 5.0, 4.5, 4.5.0",
        "5.3.12303, 5.3.12303, 5.3, 4.5, 4.5.0",
        "5.3.12303, 5.11.6271, 5.3, 5.0, 5.0.0"
    })
    void understandsAWholeDowngrade(String release, String image, String from, String to, String row) {
        try (InstanceDatabases instance = InstanceDatabases.at(release)) {
            Minor down = Minor.parse(from);
            Minor target = Minor.parse(to);
            Answer plan = run(instance, image, command(image).dryRun(down, target));
            assertThat(plan.exitCode()).as(plan.log()).isZero();
            assertThat(instance.version()).isEqualTo(release);
            MigratorProgress planned = plan.progress();
            assertThat(planned.plan()).isNotEmpty();
            assertThat(planned.plan().get(planned.plan().size() - 1).to()).isEqualTo(target);
            assertThat(planned.hops()).isEqualTo(planned.plan().size());
            assertThat(planned.lastError()).isEmpty();

            Answer done = run(instance, image, command(image).downgrade(down, target, false));
            assertThat(done.exitCode()).as(done.log()).isZero();
            assertThat(instance.version()).isEqualTo(row);
            MigratorProgress progress = done.progress();
            assertThat(progress.phase()).isEqualTo(MigratorPhase.FINISHING);
            assertThat(progress.migratorVersion()).contains(image);
            assertThat(progress.plan()).isEqualTo(planned.plan());
            assertThat(progress.hop()).isEqualTo(progress.hops());
            assertThat(progress.total().done()).isEqualTo(progress.total().total());
            assertThat(progress.lastError()).isEmpty();
            assertThat(progress.toString()).doesNotContain("s3cret");

            for (Schema schema : Schema.values()) {
                Answer drift = run(instance, image, command(image).drift(schema, Version.parse(row)));
                assertThat(new DriftReport(Redactor.none()).parse(drift.log(), OptionalInt.of(drift.exitCode())))
                        .as(drift.log())
                        .isEqualTo(new DriftResult.None());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FRONTEND, 5.0.6", "CODEINTEL, 5.0.6", "CODEINSIGHTS, 5.1.9", "FRONTEND, 4.5.1"})
    void readsItsDrift(Schema schema, String image) {
        try (InstanceDatabases instance = InstanceDatabases.at(image)) {
            String problem = instance.breakages().drift(SchemaName.valueOf(schema.name()));
            Answer drift = run(instance, image, command(image).drift(schema, Version.parse(image)));
            assertThat(new DriftReport(Redactor.none()).parse(drift.log(), OptionalInt.of(drift.exitCode())))
                    .as(drift.log())
                    .isEqualTo(new DriftResult.Found(List.of(problem), 0));
            Minor from = Version.parse(image).toMinor();
            Minor to = ReleaseLine.known().downwards(from, Minor.of(4, 0)).get(1);
            assertThat(run(instance, image, command(image).downgrade(from, to, false))
                            .failureClass())
                    .isEqualTo(FailureClass.DRIFT);
            assertThat(run(instance, image, command(image).dryRun(from, to)).exitCode())
                    .isZero();
        }
    }

    @Test
    void namesItsFailures() {
        List<String> down = command("5.0").downgrade(Minor.of(5, 0), Minor.of(4, 5), false);
        fails(FailureClass.VERSION_ASSERTION, instance -> instance.breakages().versionRow("4.5.1"), s -> s, down);
        fails(FailureClass.VERSION_ASSERTION, instance -> instance.breakages().noVersionRow(), s -> s, down);
        fails(FailureClass.VERSION_ASSERTION, instance -> instance.breakages().versionRow("insiders"), s -> s, down);
        fails(
                FailureClass.PLANNING_PANIC,
                instance -> {},
                s -> s.faults(MigratorFaults.none().panickingAtStart()),
                down);
        fails(
                FailureClass.UNKNOWN_TAG,
                instance -> {},
                s -> s,
                command("5.0").downgrade(Minor.of(5, 1), Minor.of(4, 5), false));
        fails(FailureClass.NEWER_MIGRATOR, instance -> {}, s -> s.newerMigrator(Release.of("5.6.0")), down);
        fails(
                FailureClass.USAGE,
                instance -> {},
                s -> s,
                List.of("downgrade", "--from=v5.0", "--to=v4.5", "--no-such-flag"));
        fails(FailureClass.USAGE, instance -> {}, s -> s, List.of("downgrade", "--from=v5.0", "--to=v5.0"));
        fails(
                FailureClass.KILLED,
                instance -> {},
                s -> s.faults(MigratorFaults.none().dying(MigratorFaults.Place.DURING_MIGRATION, 2)),
                down);
    }

    @Test
    void namesAFailedMigration() {
        try (InstanceDatabases instance = InstanceDatabases.at("5.0.6")) {
            int last = instance.migrations(SchemaName.FRONTEND).applied().last();
            Answer failed = run(
                    instance,
                    "5.0.6",
                    s -> s.faults(MigratorFaults.none().failing(last)),
                    command("5.0").downgrade(Minor.of(5, 0), Minor.of(4, 5), false));
            assertThat(failed.failureClass()).as(failed.log()).isEqualTo(FailureClass.SQL_ERROR);
            assertThat(failed.progress().lastError().orElseThrow()).contains(Integer.toString(last));
            assertThat(failed.progress().phase()).isEqualTo(MigratorPhase.FAILED);
        }
    }

    @Test
    void namesADatabaseThatRefuses() {
        try (InstanceDatabases instance = InstanceDatabases.at("5.0.6")) {
            Map<String, String> environment = new HashMap<>(instance.environment());
            environment.put("PGPASSWORD", "wrong-password");
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            PrintStream stream = new PrintStream(log, true, StandardCharsets.UTF_8);
            int exitCode = new MigratorStandIn(MigratorSettings.of(Release.of("5.0.6")))
                    .run(command("5.0").downgrade(Minor.of(5, 0), Minor.of(4, 5), false), environment, stream, stream);
            Answer answer = new Answer(exitCode, log.toString(StandardCharsets.UTF_8));
            assertThat(answer.failureClass()).as(answer.log()).isEqualTo(FailureClass.DATABASE_UNAVAILABLE);
            assertThat(answer.progress().toString()).doesNotContain("wrong-password");
        }
    }

    private static void fails(
            FailureClass expected,
            Consumer<InstanceDatabases> breakage,
            UnaryOperator<MigratorSettings> settings,
            List<String> arguments) {
        try (InstanceDatabases instance = InstanceDatabases.at("5.0.6")) {
            breakage.accept(instance);
            Answer answer = run(instance, "5.0.6", settings, arguments);
            assertThat(answer.exitCode()).isNotZero();
            assertThat(answer.failureClass()).as(answer.log()).isEqualTo(expected);
        }
    }
}
