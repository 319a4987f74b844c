package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.redact.Redactor;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigratorFailureClassifierTest {
    private final MigratorFailureClassifier classifier = new MigratorFailureClassifier();

    private static MigratorProgress fatal(String body) throws JsonProcessingException {
        return new MigratorLogParser(Redactor.none())
                .parse(new ObjectMapper().writeValueAsString(Map.of("SeverityText", "FATAL", "Body", body)));
    }

    private MigratorFailure classify(MigratorJobState state, MigratorProgress progress) {
        return classifier
                .classify(state, MigratorContainers.DOWNGRADE, progress)
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "VERSION_ASSERTION | version assertion failed: \"4.5\" != \"5.0\". Re-invoke with --skip-version-check to ignore this check",
                "VERSION_ASSERTION | version assertion failed: unknown version != \"4.5\". Re-invoke with --skip-version-check to ignore this check",
                "VERSION_ASSERTION | cannot parse version: \"insiders\" - expected [v]X.Y[.Z].",
                "DRIFT | database drift detected",
                "DRIFT | database schema is out of sync",
                "NO_SCHEMA_DESCRIPTION | failed to locate target schema description",
                "DIRTY_DATABASE | 1 error occurred: failed to run migration for schema \"frontend\": dirty database: schema \"frontend\" marked the following migrations as failed: 1674047296",
                "SQL_ERROR | failed to run migration for schema \"frontend\": failed to apply migration 1674047296: ```DROP TABLE x``` ERROR: connection refused (SQLSTATE 2BP01)",
                "PRIVILEGED_MIGRATION | refusing to apply a privileged migration: schema \"frontend\"",
                "UNKNOWN_TAG | unknown tag \"v5.7.0\"",
                "DATABASE_UNAVAILABLE | DB not available: database did not start up within 10s",
                "DATABASE_UNAVAILABLE | failed to connect to `host=pgsql user=sg database=sg`: dial tcp: lookup pgsql: no such host",
                "DATABASE_UNAVAILABLE | Sourcegraph requires PostgreSQL 16+, this is PostgreSQL 12",
                "USAGE | flag provided but not defined: -ignore-migrator-update",
                "USAGE | invalid range (from=4.5 <= to=4.5)",
                "USAGE | bad format for -from",
                "USAGE | Required flag \"from\" not set",
                "UNKNOWN | instance is new"
            })
    void namesWhatTheMigratorSaid(FailureClass expected, String error) throws JsonProcessingException {
        MigratorFailure failure = classify(Outcome.ended(1, "Error"), fatal(error));
        assertThat(failure.failureClass()).isEqualTo(expected);
        assertThat(failure.evidence()).isEqualTo("Exit code 1: " + error);
    }

    @Test
    void namesAPanicByItsExitCode() {
        MigratorProgress panic = new MigratorLogParser(Redactor.none())
                .parse("panic: unreachable: input interval not covered in output\n\ngoroutine 1 [running]:\n");
        assertThat(classify(Outcome.ended(2, "Error"), panic))
                .isEqualTo(new MigratorFailure(
                        FailureClass.PLANNING_PANIC,
                        "Exit code 2: panic: unreachable: input interval not covered in output"));
        assertThat(classify(Outcome.ended(2, "Error"), MigratorProgress.none()).failureClass())
                .isEqualTo(FailureClass.PLANNING_PANIC);
    }

    @Test
    void namesDriftByTheSchemasThatHaveIt() {
        MigratorProgress drifted =
                new MigratorLogParser(Redactor.none()).parse("❌ Schema drift detected for frontend\n");
        assertThat(classify(Outcome.ended(1, "Error"), drifted).failureClass()).isEqualTo(FailureClass.DRIFT);
    }

    @Test
    void anErrorThatKubernetesKnowsBetterIsItsOwn() throws JsonProcessingException {
        assertThat(classify(Outcome.ended(137, "OOMKilled"), fatal("database drift detected"))
                        .failureClass())
                .isEqualTo(FailureClass.OUT_OF_MEMORY);
        assertThat(classify(Outcome.ended(137, "Error"), MigratorProgress.none()))
                .isEqualTo(new MigratorFailure(FailureClass.KILLED, "Exit code 137 (Error)"));
        assertThat(classify(
                        Outcome.disrupted(OptionalInt.of(143), "Evicted", "The node was low on memory"),
                        MigratorProgress.none()))
                .isEqualTo(new MigratorFailure(
                        FailureClass.KILLED, "Exit code 143 (Evicted: The node was low on memory)"));
        assertThat(classify(
                        Outcome.disrupted(OptionalInt.empty(), "PodGone", "The pod no longer exists"),
                        MigratorProgress.none()))
                .isEqualTo(new MigratorFailure(FailureClass.KILLED, "PodGone: The pod no longer exists"));
    }

    @ParameterizedTest
    @CsvSource({
        "ImagePullBackOff, IMAGE_PULL",
        "ErrImagePull, IMAGE_PULL",
        "InvalidImageName, IMAGE_PULL",
        "CreateContainerConfigError, CONFIG_ERROR",
        "CreateContainerError, CONFIG_ERROR",
        "Unschedulable, UNSCHEDULABLE",
        "CrashLoopBackOff, UNKNOWN"
    })
    void namesWhatKeepsItFromStarting(String reason, FailureClass expected) {
        assertThat(classify(Outcome.waiting(reason, "why"), MigratorProgress.none()))
                .isEqualTo(new MigratorFailure(expected, reason + ": why"));
    }

    @Test
    void findsNothingWhereNothingFailed() throws JsonProcessingException {
        assertThat(classifier.classify(
                        Outcome.ended(0, "Completed"), MigratorContainers.DOWNGRADE, fatal("odd but harmless")))
                .isEmpty();
    }

    @Test
    void boundsTheEvidence() throws JsonProcessingException {
        assertThat(classify(Outcome.ended(1, "Error"), fatal("x".repeat(100_000)))
                        .evidence())
                .hasSizeLessThanOrEqualTo(2_001);
    }
}
