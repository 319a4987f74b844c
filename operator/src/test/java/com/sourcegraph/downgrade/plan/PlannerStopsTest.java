package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where a run stands, what it says of that, and that it goes on by itself once the cause is gone. */
class PlannerStopsTest {

    /** PostgreSQL keeps the session of a client that is gone while it waits for a lock. */
    @Test
    void aMigratorsSessionThatOutlivesItIsAStopThatSaysHowToEndIt() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).state(StepName.QUIESCE) == StepState.RUNNING);
        run.world.nextJobFails = Optional.of(FailureClass.KILLED);
        run.until(() -> run.world.jobs.stream().anyMatch(job -> job.kind() == MigratorJobKind.DOWNGRADE));
        run.world.databases.strangers.add("migrator");

        run.until(() -> run.reason().equals("MigratorLost"));

        assertThat(run.status().nextAction()).contains("pg_terminate_backend");
        assertThat(run.world.jobs)
                .filteredOn(job -> job.kind() == MigratorJobKind.DOWNGRADE)
                .hasSize(1);
        run.world.databases.strangers.clear();
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    /** As when somebody deletes the Job while the node of its pod is off: nobody says that the pod has ended. */
    @Test
    void aMigratorsPodThatOutlivesItsJobIsAStopThatSaysHowToBeSure() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        run.until(() -> run.world.jobs.stream().anyMatch(job -> job.kind() == MigratorJobKind.DOWNGRADE));
        run.world.jobs.removeIf(job -> job.kind() == MigratorJobKind.DOWNGRADE);
        run.world.lingering.add(new LingeringPod("back-downgrade-1-x", Optional.of(run.world.now.plusSeconds(30))));

        run.until(() -> run.reason().equals("MigratorLost"));

        assertThat(run.message(ConditionType.STALLED)).contains("Pod back-downgrade-1-x of the migrator");
        assertThat(run.status().nextAction()).contains("kubectl -n ns delete pod back-downgrade-1-x --force");
        run.world.lingering.clear();
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    /** As when somebody makes a copy of the run's Job under another name: it is nobody's to delete, and might migrate. */
    @Test
    void aStrayPodWithTheRunsLabelsIsAStopThatNamesIt() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        run.world.lingering.add(new LingeringPod("copy-x", Optional.empty()));

        run.until(() -> run.reason().equals("MigratorLost"));

        assertThat(run.message(ConditionType.STALLED)).contains("Pod copy-x carries this run's labels");
        assertThat(run.status().nextAction()).endsWith("kubectl -n ns describe pod copy-x");
        assertThat(run.world.jobs).noneMatch(job -> job.kind() == MigratorJobKind.DOWNGRADE);
        run.world.lingering.clear();
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aStepPastItsDeadlineIsStalledWithItsEvidenceAndGoesOnByItself() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).running(StepName.QUIESCE));
        run.happen(Happening.STRANGER_CONNECTS);
        run.until(() -> PromiseWatch.holds(run.status(), ConditionType.STALLED));

        assertThat(run.reason()).isEqualTo(Reason.STEP_DEADLINE_EXCEEDED.label());
        assertThat(run.message(ConditionType.STALLED))
                .startsWith("Step Quiesce has passed its deadline of ")
                .contains("frontend: psql from 10.0.0.7");
        run.world.databases.strangers.clear();
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void anApprovalThatNobodyGivesIsNoFaultUntilItsDeadlineAndStillSaysHowToGiveIt() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        run.until(() -> run.reason().equals(Reason.APPROVAL_PENDING.label()));
        assertThat(PromiseWatch.holds(run.status(), ConditionType.STALLED)).isFalse();

        run.world.pass(Duration.ofHours(25));
        run.turn();

        assertThat(PromiseWatch.holds(run.status(), ConditionType.STALLED)).isTrue();
        assertThat(run.reason()).isEqualTo(Reason.STEP_DEADLINE_EXCEEDED.label());
        assertThat(run.status().nextAction())
                .contains("approvedPlan")
                .contains(run.status().plan().digest());
        run.happen(Happening.APPROVED);
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void anInstanceThatDoesNotBecomeTheTargetIsToldAsThatPastTheDeadline() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.MANIFESTS);
        run.until(() -> new Journal(run.world.status).running(StepName.VERIFY));
        run.world.databases.interrupted = true;
        run.turn();
        assertThat(PromiseWatch.holds(run.status(), ConditionType.STALLED)).isFalse();

        run.world.pass(Duration.ofMinutes(11));
        run.turn();

        assertThat(run.reason()).isEqualTo(Reason.INSTANCE_NOT_VERIFIED.label());
        assertThat(run.message(ConditionType.STALLED))
                .contains("schema frontend has migrations interrupted while being reverted: 1700000000");
        assertThat(run.status().nextAction()).contains("kubectl -n ns logs ");
        run.world.databases.interrupted = false;
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aFightOverReplicasIsStalledAfterThreeMinutesThoughTheRunIsNeverIdle() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        run.until(() -> new Journal(run.world.status).running(StepName.QUIESCE));

        run.until(() -> {
            run.happen(Happening.BROUGHT_BACK);
            return PromiseWatch.holds(run.status(), ConditionType.STALLED);
        });

        assertThat(run.reason()).isEqualTo(Reason.NOT_QUIET.label());
        assertThat(run.message(ConditionType.STALLED))
                .contains("Deployment/sourcegraph-frontend is brought back again and again by something");
        assertThat(run.status().nextAction())
                .startsWith("Find out what brings Deployment/sourcegraph-frontend back")
                .contains("kubectl -n ns get deployment/sourcegraph-frontend -o yaml --show-managed-fields");
        Instant begun =
                new Journal(run.world.status).startedAt(StepName.QUIESCE).orElseThrow();
        assertThat(Duration.between(begun, run.world.now)).isLessThan(Duration.ofMinutes(5));
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    /** Step Migrate has hours, but until a migrator is started none of them is for it. */
    @Test
    void whatKeepsAMigratorFromBeingStartedIsToldAsSoonAsInQuiesce() {
        for (Happening happening :
                List.of(Happening.DATABASE_DOWN, Happening.DATABASE_UNKNOWN, Happening.STRANGER_CONNECTS)) {
            PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
            run.world.edit(SpecEdits::withDefaultDeadlines);
            run.until(() -> new Journal(run.world.status).running(StepName.MIGRATE));

            run.happen(happening);
            run.until(() -> PromiseWatch.holds(run.status(), ConditionType.STALLED), 1200);

            assertThat(run.reason()).as("%s", happening).isEqualTo(Reason.NOT_QUIET.label());
            Instant begun =
                    new Journal(run.world.status).startedAt(StepName.MIGRATE).orElseThrow();
            assertThat(Duration.between(begun, run.world.now)).isLessThan(Duration.ofMinutes(16));
            assertThat(run.status().nextAction()).contains("kubectl ");
            Happening.heal(run.world);
            run.until(run::finished);
            assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
        }
    }

    /** Every other step that expects quiet has a deadline of minutes; past it, the person is told what to do, not where to look. */
    @Test
    void whatKeepsTheSchemaFromBeingVerifiedIsToldWithWhatToDo() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        run.until(() -> new Journal(run.world.status).running(StepName.VERIFY_SCHEMA));
        run.happen(Happening.DATABASE_DOWN);
        run.turn();
        run.world.pass(Duration.ofMinutes(16));
        run.turn();

        assertThat(run.reason()).isEqualTo(Reason.STEP_DEADLINE_EXCEEDED.label());
        assertThat(run.status().nextAction()).startsWith("Bring the database back");
    }

    @Test
    void aFightThatIsNoneAnyMoreBeginsAnew() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        run.until(() -> new Journal(run.world.status).running(StepName.QUIESCE));
        run.world.databases.strangers.add("psql");

        for (int times = 0; times < 4; times++) {
            run.until(() -> run.world.workloads.get(0).stopped(run.world.now));
            run.happen(Happening.BROUGHT_BACK);
            run.turn();
            assertThat(PromiseWatch.holds(run.status(), ConditionType.STALLED)).isFalse();
            run.world.pass(Duration.ofMinutes(2).plusSeconds(1));
        }
    }
}
