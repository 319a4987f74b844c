package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobPhase;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobLookupTest {

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    /** The second Job of a step that began long ago: the Job is seen before its pod is made. */
    @Test
    void aJobThatHasJustBeenMadeIsGivenTimeForItsPod() throws IOException {
        assertThat(wait(Duration.ofSeconds(1), Optional.empty(), Optional.empty())
                        .stop())
                .isEmpty();
        assertThat(wait(
                                Duration.ofSeconds(30),
                                Optional.of("m-1"),
                                Optional.of(new MigratorJobState.Trouble("Unschedulable", "no node has room")))
                        .stop())
                .isEmpty();
    }

    /** A Job's own labels are not those of its pods, and where there is no pod, only the Job's events say why. */
    @Test
    void aJobWithoutAPodIsShownWithItsEvents() throws IOException {
        Stop stop = wait(Duration.ofMinutes(2), Optional.empty(), Optional.empty())
                .stop()
                .orElseThrow();

        assertThat(stop.reason()).isEqualTo(Reason.MIGRATOR_CANNOT_START);
        assertThat(stop.message()).contains("NoPod", "quota");
        assertThat(stop.nextAction()).endsWith("kubectl -n sourcegraph describe job/back-downgrade-2");
    }

    @Test
    void aPodThatCannotStartIsShownBesideItsJob() throws IOException {
        Stop stop = wait(
                        Duration.ofSeconds(1),
                        Optional.of("back-downgrade-2-x7k2p"),
                        Optional.of(new MigratorJobState.Trouble("ImagePullBackOff", "not found")))
                .stop()
                .orElseThrow();

        assertThat(stop.nextAction())
                .endsWith("kubectl -n sourcegraph describe job/back-downgrade-2 pod/back-downgrade-2-x7k2p");
    }

    private static Move.Wait wait(Duration age, Optional<String> pod, Optional<MigratorJobState.Trouble> waiting)
            throws IOException {
        MigratorJobState job = new MigratorJobState(
                "back-downgrade-2",
                "job-uid",
                "uid",
                MigratorJobKind.DOWNGRADE,
                2,
                MigratorJobPhase.PENDING,
                Optional.empty(),
                pod,
                List.of(),
                waiting,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(NOW.minus(age)),
                Optional.empty(),
                Optional.empty());
        SourcegraphDowngradeStatus status = new ObjectMapper().readValue("""
                {"steps": [{"name": "Migrate", "state": "Running", "attempt": 2, "startedAt": "2026-01-01T08:00:00Z"}]}
                """, SourcegraphDowngradeStatus.class);
        Situation situation = new Situation(
                new Run("sourcegraph", "back", "uid", 1, "sha256:spec", NOW, false),
                null,
                new Journal(Optional.of(status)),
                Facts.of(new Queue(Optional.empty(), Set.of("uid"))),
                NOW);
        return JobLookup.waitFor(situation, StepName.MIGRATE, job, "the migrator");
    }
}
