package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A downgrade's Job that is removed behind the run's back: what it had come to is not forgotten with it. */
class PlannerRemovedJobTest {

    /** By hand, by a tool that cleans up, by a policy that gives Jobs a time to live: a person was asked, and has not answered. */
    @Test
    void aFailedMigratorWhoseJobIsRemovedIsNotRunAgainBeforeAGrant() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).state(StepName.QUIESCE) == StepState.RUNNING);
        run.world.nextJobFails = Optional.of(FailureClass.SQL_ERROR);
        run.until(() -> run.reason().equals("MigratorFailed"));

        run.happen(Happening.JOBS_DELETED);
        for (int turn = 0; turn < 20; turn++) {
            run.turn();
        }

        assertThat(downgrades(run)).isEmpty();
        assertThat(run.reason()).isEqualTo("MigratorFailed");
        assertThat(run.message(ConditionType.STALLED))
                .contains("Job back-downgrade-1 failed (SQL_ERROR: the log says so) and is gone");
        assertThat(run.status().nextAction()).doesNotContain("logs job").contains("\"retries\":1");
        run.happen(Happening.RETRY_GRANTED);
        run.until(run::finished);
        assertThat(downgrades(run)).containsExactly("back-downgrade-2");
        assertThat(run.status().migration().retriesUsed()).isEqualTo(1);
    }

    /** Without its pod there is no log, and a Job that failed for no reason that could be read looks killed. */
    @Test
    void aFailedMigratorWhosePodIsRemovedStaysWhatItWas() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).state(StepName.QUIESCE) == StepState.RUNNING);
        run.world.nextJobFails = Optional.of(FailureClass.SQL_ERROR);
        run.until(() -> run.reason().equals("MigratorFailed"));

        run.world.jobs.replaceAll(job -> new ModelJob(
                job.kind(),
                job.attempt(),
                job.started(),
                job.ends(),
                job.failure().map(cause -> FailureClass.KILLED),
                job.drift()));
        for (int turn = 0; turn < 20; turn++) {
            run.turn();
        }

        assertThat(downgrades(run)).containsExactly("back-downgrade-1");
        assertThat(run.message(ConditionType.STALLED)).contains("SQL_ERROR");
    }

    /** A further attempt of the operator's own is one of three, however the last one has gone. */
    @Test
    void aMigratorWhoseJobIsRemovedWhileItIsAtWorkCountsAsKilled() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        for (int attempt = 1; attempt <= 3; attempt++) {
            String job = "back-downgrade-" + attempt;
            run.until(() -> new Journal(run.world.status)
                    .migration()
                    .filter(migration -> job.equals(migration.job()))
                    .isPresent());
            run.world.jobs.removeIf(made -> made.kind() == MigratorJobKind.DOWNGRADE);
        }

        run.until(() -> run.reason().equals("MigratorFailed"));

        assertThat(run.message(ConditionType.STALLED)).contains("Job back-downgrade-3 failed (KILLED: ");
        assertThat(downgrades(run)).isEmpty();
        run.happen(Happening.RETRY_GRANTED);
        run.until(run::finished);
        assertThat(downgrades(run)).containsExactly("back-downgrade-4");
    }

    /** Its attempt has not begun: the same one is made again, which costs no grant. */
    @Test
    void aMigratorWhoseJobIsRemovedBeforeItStartsIsMadeAgain() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).state(StepName.QUIESCE) == StepState.RUNNING);
        run.happen(Happening.JOB_CANNOT_START);
        run.until(() -> run.reason().equals("MigratorCannotStart"));

        run.world.jobs.removeIf(made -> made.kind() == MigratorJobKind.DOWNGRADE);
        run.world.jobsStart = true;
        run.until(run::finished);

        assertThat(downgrades(run)).containsExactly("back-downgrade-1");
    }

    private static List<String> downgrades(PlannedRun run) {
        return run.world.jobs.stream()
                .filter(job -> job.kind() == MigratorJobKind.DOWNGRADE)
                .map(ModelJob::name)
                .toList();
    }
}
