package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Single stories, told because each was a way to break a promise. */
class PlannerTest {
    private static final int MOST_TURNS = 200;

    @Test
    void anUndisturbedDowngradeGoesThroughEveryStepAndRunsTheMigratorOnce() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);

        until(run, run::finished);

        assertThat(status(run).steps())
                .extracting(StepStatus::name)
                .containsExactly(
                        StepName.PREFLIGHT,
                        StepName.APPROVAL,
                        StepName.QUIESCE,
                        StepName.MIGRATE,
                        StepName.VERIFY_SCHEMA,
                        StepName.APPLY_MANIFESTS,
                        StepName.ROLLOUT,
                        StepName.VERIFY);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
        assertThat(run.world.jobs)
                .extracting(ModelJob::kind)
                .containsExactly(MigratorJobKind.CHECKS, MigratorJobKind.DOWNGRADE, MigratorJobKind.DRIFT);
    }

    @Test
    void aStandardRollbackStopsNothingAndStartsNoJob() {
        PlannedRun run = run("4.5.1", "4.4.2", Strategy.AUTO);

        until(run, () -> {
            assertThat(run.world.workloads).allMatch(ModelWorkload::asBefore);
            return run.finished();
        });

        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
        assertThat(run.world.jobs).isEmpty();
    }

    @Test
    void aPlanThatComesToNeedTheMigratorGetsItsDryRunBeforeItActs() {
        PlannedRun run = run("4.5.1", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        until(run, () -> reason(run).equals(Reason.APPROVAL_PENDING.label()));
        assertThat(status(run).plan().strategy()).isEqualTo(Strategy.MANIFESTS);

        run.world.databases.dataMoved = true;
        run.world.pass(Duration.ofMinutes(10));
        run.happen(Happening.APPROVED);
        until(run, () -> reason(run).equals(Reason.APPROVED_PLAN_DIFFERS.label()));

        assertThat(status(run).plan().strategy()).isEqualTo(Strategy.MIGRATOR);
        assertThat(run.world.jobs).extracting(ModelJob::kind).containsExactly(MigratorJobKind.CHECKS);
        assertThat(run.world.workloads).allMatch(ModelWorkload::asBefore);
        run.happen(Happening.APPROVED);
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
        assertThat(status(run).drift().before()).hasSize(3);
    }

    /** PostgreSQL keeps the session of a client that is gone while it waits for a lock. */
    @Test
    void aMigratorsSessionThatOutlivesItIsAStopThatSaysHowToEndIt() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        until(run, () -> new Journal(run.world.status).state(StepName.QUIESCE) == StepState.RUNNING);
        run.world.nextJobFails = Optional.of(FailureClass.KILLED);
        until(run, () -> run.world.jobs.stream().anyMatch(job -> job.kind() == MigratorJobKind.DOWNGRADE));
        run.world.databases.strangers.add("migrator");

        until(run, () -> reason(run).equals("MigratorLost"));

        assertThat(status(run).nextAction()).contains("pg_terminate_backend");
        assertThat(run.world.jobs)
                .filteredOn(job -> job.kind() == MigratorJobKind.DOWNGRADE)
                .hasSize(1);
        run.world.databases.strangers.clear();
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    /** As when somebody deletes the Job while the node of its pod is off: nobody says that the pod has ended. */
    @Test
    void aMigratorsPodThatOutlivesItsJobIsAStopThatSaysHowToBeSure() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        until(run, () -> run.world.jobs.stream().anyMatch(job -> job.kind() == MigratorJobKind.DOWNGRADE));
        run.world.jobs.removeIf(job -> job.kind() == MigratorJobKind.DOWNGRADE);
        run.world.lingering.add(new LingeringPod("back-downgrade-1-x", Optional.of(run.world.now.plusSeconds(30))));

        until(run, () -> reason(run).equals("MigratorLost"));

        assertThat(message(run, ConditionType.STALLED)).contains("Pod back-downgrade-1-x of the migrator");
        assertThat(status(run).nextAction()).contains("kubectl -n ns delete pod back-downgrade-1-x --force");
        run.world.lingering.clear();
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    /** As when somebody makes a copy of the run's Job under another name: it is nobody's to delete, and might migrate. */
    @Test
    void aStrayPodWithTheRunsLabelsIsAStopThatNamesIt() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        run.world.lingering.add(new LingeringPod("copy-x", Optional.empty()));

        until(run, () -> reason(run).equals("MigratorLost"));

        assertThat(message(run, ConditionType.STALLED)).contains("Pod copy-x carries this run's labels");
        assertThat(status(run).nextAction()).endsWith("kubectl -n ns describe pod copy-x");
        assertThat(run.world.jobs).noneMatch(job -> job.kind() == MigratorJobKind.DOWNGRADE);
        run.world.lingering.clear();
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void theRestIsAppliedOnceTheOlderDatabasesRunAndNotFirstWhenTheirProbesHaveSeenIt() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        ModelWorkload database = run.world.workloads.stream()
                .filter(ModelWorkload::database)
                .findFirst()
                .orElseThrow();

        until(run, () -> run.world.manifests.applied.contains(com.sourcegraph.downgrade.manifest.Phase.REST));

        assertThat(database.rolledOut(run.world.now)).isFalse();
        assertThat(database.olderPodLeft(run.world.now)).isFalse();
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aRunThatStoodForAnotherLooksAgainAtWhatThatOneLeft() {
        PlannedRun run = run("4.5.1", "4.4.2", Strategy.MANIFESTS);
        run.happen(Happening.OTHER_HOLDS);
        until(run, () -> reason(run).equals(Reason.INSTANCE_BUSY.label()));

        run.world.databases.row = "4.3.0";
        run.world.otherLetsGo();
        until(run, () -> PromiseWatch.holds(status(run), ConditionType.STALLED));

        assertThat(reason(run)).isEqualTo(Reason.PREFLIGHT_FAILED.label());
        assertThat(run.world.manifests.applied).isEmpty();
    }

    @Test
    void cancellingAHeldRunPutsEverythingBackWithoutResumingIt() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        until(run, () -> new Journal(run.world.status).running(StepName.QUIESCE) && !run.world.asBefore());
        run.happen(Happening.SUSPENDED);
        until(run, () -> status(run).phase() == Phase.SUSPENDED);

        run.happen(Happening.CANCELLED);
        until(run, run::finished);

        assertThat(reason(run)).isEqualTo(Reason.CANCELLED.label());
        assertThat(run.world.asBefore()).isTrue();
    }

    @Test
    void cancelAfterThePointOfNoReturnIsRefusedWithItsReasonAndTheRunGoesOn() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        until(run, () -> new Journal(run.world.status).pastPointOfNoReturn());

        run.happen(Happening.CANCELLED);
        run.turn();

        assertThat(reason(run)).isEqualTo(Reason.CANCEL_REFUSED.label());
        assertThat(message(run, ConditionType.READY)).contains("the point of no return was passed at ");
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aStepPastItsDeadlineIsStalledWithItsEvidenceAndGoesOnByItself() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        until(run, () -> new Journal(run.world.status).running(StepName.QUIESCE));
        run.happen(Happening.STRANGER_CONNECTS);
        until(run, () -> PromiseWatch.holds(status(run), ConditionType.STALLED));

        assertThat(reason(run)).isEqualTo(Reason.STEP_DEADLINE_EXCEEDED.label());
        assertThat(message(run, ConditionType.STALLED))
                .startsWith("Step Quiesce has passed its deadline of ")
                .contains("frontend: psql from 10.0.0.7");
        run.world.databases.strangers.clear();
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void anApprovalThatNobodyGivesIsNoFaultUntilItsDeadlineAndStillSaysHowToGiveIt() {
        PlannedRun run = run("4.5.1", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        until(run, () -> reason(run).equals(Reason.APPROVAL_PENDING.label()));
        assertThat(PromiseWatch.holds(status(run), ConditionType.STALLED)).isFalse();

        run.world.pass(Duration.ofHours(25));
        run.turn();

        assertThat(PromiseWatch.holds(status(run), ConditionType.STALLED)).isTrue();
        assertThat(reason(run)).isEqualTo(Reason.STEP_DEADLINE_EXCEEDED.label());
        assertThat(status(run).nextAction())
                .contains("approvedPlan")
                .contains(status(run).plan().digest());
        run.happen(Happening.APPROVED);
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void anInstanceThatDoesNotBecomeTheTargetIsToldAsThatPastTheDeadline() {
        PlannedRun run = run("4.5.1", "4.4.2", Strategy.MANIFESTS);
        until(run, () -> new Journal(run.world.status).running(StepName.VERIFY));
        run.world.databases.interrupted = true;
        run.turn();
        assertThat(PromiseWatch.holds(status(run), ConditionType.STALLED)).isFalse();

        run.world.pass(Duration.ofMinutes(11));
        run.turn();

        assertThat(reason(run)).isEqualTo(Reason.INSTANCE_NOT_VERIFIED.label());
        assertThat(message(run, ConditionType.STALLED))
                .contains("schema frontend has migrations interrupted while being reverted: 1700000000");
        assertThat(status(run).nextAction()).contains("kubectl -n ns logs ");
        run.world.databases.interrupted = false;
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aFightOverReplicasIsStalledAfterThreeMinutesThoughTheRunIsNeverIdle() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        until(run, () -> new Journal(run.world.status).running(StepName.QUIESCE));

        until(run, () -> {
            run.happen(Happening.BROUGHT_BACK);
            return PromiseWatch.holds(status(run), ConditionType.STALLED);
        });

        assertThat(reason(run)).isEqualTo(Reason.NOT_QUIET.label());
        assertThat(message(run, ConditionType.STALLED))
                .contains("Deployment/sourcegraph-frontend is brought back again and again by something");
        assertThat(status(run).nextAction())
                .startsWith("Find out what brings Deployment/sourcegraph-frontend back")
                .contains("kubectl -n ns get deployment/sourcegraph-frontend -o yaml --show-managed-fields");
        Instant begun =
                new Journal(run.world.status).startedAt(StepName.QUIESCE).orElseThrow();
        assertThat(Duration.between(begun, run.world.now)).isLessThan(Duration.ofMinutes(5));
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    /** Step Migrate has hours, but until a migrator is started none of them is for it. */
    @Test
    void whatKeepsAMigratorFromBeingStartedIsToldAsSoonAsInQuiesce() {
        for (Happening happening :
                List.of(Happening.DATABASE_DOWN, Happening.DATABASE_UNKNOWN, Happening.STRANGER_CONNECTS)) {
            PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
            run.world.edit(SpecEdits::withDefaultDeadlines);
            until(run, () -> new Journal(run.world.status).running(StepName.MIGRATE));

            run.happen(happening);
            until(run, () -> PromiseWatch.holds(status(run), ConditionType.STALLED), 1200);

            assertThat(reason(run)).as("%s", happening).isEqualTo(Reason.NOT_QUIET.label());
            Instant begun =
                    new Journal(run.world.status).startedAt(StepName.MIGRATE).orElseThrow();
            assertThat(Duration.between(begun, run.world.now)).isLessThan(Duration.ofMinutes(16));
            assertThat(status(run).nextAction()).contains("kubectl ");
            Happening.heal(run.world);
            until(run, run::finished);
            assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
        }
    }

    /** Every other step that expects quiet has a deadline of minutes; past it, the person is told what to do, not where to look. */
    @Test
    void whatKeepsTheSchemaFromBeingVerifiedIsToldWithWhatToDo() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        until(run, () -> new Journal(run.world.status).running(StepName.VERIFY_SCHEMA));
        run.happen(Happening.DATABASE_DOWN);
        run.turn();
        run.world.pass(Duration.ofMinutes(16));
        run.turn();

        assertThat(reason(run)).isEqualTo(Reason.STEP_DEADLINE_EXCEEDED.label());
        assertThat(status(run).nextAction()).startsWith("Bring the database back");
    }

    @Test
    void aFightThatIsNoneAnyMoreBeginsAnew() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.edit(SpecEdits::withDefaultDeadlines);
        until(run, () -> new Journal(run.world.status).running(StepName.QUIESCE));
        run.world.databases.strangers.add("psql");

        for (int times = 0; times < 4; times++) {
            until(run, () -> run.world.workloads.get(0).stopped(run.world.now));
            run.happen(Happening.BROUGHT_BACK);
            run.turn();
            assertThat(PromiseWatch.holds(status(run), ConditionType.STALLED)).isFalse();
            run.world.pass(Duration.ofMinutes(2).plusSeconds(1));
        }
    }

    /** The newer frontend runs "migrator up" when it starts. */
    @Test
    void aServiceThatIsBroughtBackAfterTheMigratorGoesToZeroAgainBeforeAnythingElse() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO);
        until(run, () -> new Journal(run.world.status).running(StepName.VERIFY_SCHEMA));

        run.happen(Happening.BROUGHT_BACK);
        until(run, () -> !run.world.workloads.get(0).podsUp(run.world.now));

        assertThat(new Journal(run.world.status).state(StepName.APPLY_MANIFESTS))
                .isEqualTo(StepState.PENDING);
        until(run, run::finished);
        assertThat(status(run).phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aPlanTakenOutOfTheStatusIsMadeAgainBeforeActingAndIsAStopAfterIt() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        until(run, () -> reason(run).equals(Reason.APPROVAL_PENDING.label()));
        run.world.status = Optional.of(withoutPlan(status(run)));
        until(run, () -> reason(run).equals(Reason.APPROVAL_PENDING.label()));
        assertThat(status(run).plan().digest()).isNotBlank();

        run.happen(Happening.APPROVED);
        until(run, () -> new Journal(run.world.status).running(StepName.MIGRATE));
        run.world.status = Optional.of(withoutPlan(status(run)));
        run.turn();

        assertThat(reason(run)).isEqualTo(Reason.INTERNAL_ERROR.label());
        assertThat(status(run).nextAction()).contains("kubectl -n ns edit sgdowngrade back --subresource=status");
    }

    @Test
    void aResourceThatHasRunDoesNotRunAgain() {
        for (String uid : List.of("an-earlier-uid", PlannedWorld.UID)) {
            PlannedRun run = run("4.5.1", "4.4.2", Strategy.AUTO);
            run.world.history = new RunHistory(
                    Optional.empty(),
                    List.of(new RunRecord(
                            "back",
                            uid,
                            "sha256:spec",
                            "4.5.1",
                            "4.4.2",
                            "2025-12-01T10:00:00Z",
                            "2025-12-01T11:00:00Z",
                            RunRecord.COMPLETE)),
                    Optional.of("1"));

            until(run, run::finished);

            assertThat(reason(run)).isEqualTo(Reason.ALREADY_RAN.label());
            assertThat(status(run).phase()).isEqualTo(Phase.FAILED);
            assertThat(message(run, ConditionType.FAILED)).contains("uid " + uid, "now at 4.5.1");
            assertThat(status(run).nextAction()).contains("another name, for example back-again");
            assertThat(run.world.manifests.applied).isEmpty();
        }
    }

    @Test
    void aCancelledRunThatComesBackDoesNotBeginAgain() {
        PlannedRun run = run("4.5.1", "4.4.2", Strategy.AUTO);
        run.world.history = new RunHistory(
                Optional.empty(),
                List.of(new RunRecord(
                        "back",
                        "earlier",
                        "sha256:spec",
                        "4.5.1",
                        "4.4.2",
                        "2025-12-01T10:00:00Z",
                        "2025-12-01T11:00:00Z",
                        RunRecord.CANCELLED)),
                Optional.of("1"));

        until(run, run::finished);

        assertThat(reason(run)).isEqualTo(Reason.ALREADY_RAN.label());
        assertThat(message(run, ConditionType.FAILED)).contains("was cancelled at 2025-12-01T11:00:00Z");
        assertThat(status(run).nextAction()).contains("under another name");
    }

    @Test
    void modePlanPlansAndEndsWithoutTouchingAnything() {
        PlannedRun run = run("5.0.6", "4.4.2", Strategy.AUTO, Mode.PLAN, Approval.AUTOMATIC);

        until(run, run::finished);

        assertThat(reason(run)).isEqualTo(Reason.PLANNED.label());
        assertThat(status(run).phase()).isEqualTo(Phase.PLANNED);
        assertThat(status(run).plan().digest()).startsWith("sha256:");
        assertThat(run.world.history).isEqualTo(RunHistory.empty());
    }

    @Test
    void whatLooksForARepairAgainWaitsLongerEachTime() {
        assertThat(List.of(1, 2, 3, 4, 5, 6, 400))
                .extracting(Backoff::after)
                .extracting(Duration::toMinutes)
                .containsExactly(1L, 2L, 4L, 8L, 16L, 16L, 16L);
    }

    @Test
    void aReopenedStepHasADeadlineOfItsOwn() {
        PlannedRun run = run("4.5.1", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        until(run, () -> reason(run).equals(Reason.APPROVAL_PENDING.label()));
        String first = new Journal(run.world.status)
                .deadline(StepName.PREFLIGHT)
                .orElseThrow()
                .toString();
        run.world.databases.dataMoved = true;
        run.world.pass(Duration.ofHours(2));
        run.happen(Happening.APPROVED);

        until(run, () -> new Journal(run.world.status).running(StepName.PREFLIGHT));

        assertThat(new Journal(run.world.status)
                        .deadline(StepName.PREFLIGHT)
                        .orElseThrow()
                        .toString())
                .isGreaterThan(first);
        until(run, () -> new Journal(run.world.status).state(StepName.PREFLIGHT) == StepState.DONE);
        assertThat(PromiseWatch.holds(status(run), ConditionType.STALLED)).isFalse();
    }

    private static PlannedRun run(String from, String to, Strategy strategy) {
        return run(from, to, strategy, Mode.RUN, Approval.AUTOMATIC);
    }

    private static PlannedRun run(String from, String to, Strategy strategy, Mode mode, Approval approval) {
        return new PlannedRun(new PlannedWorld(new WorldCase(from, to, strategy, mode, approval, false, List.of())));
    }

    private static void until(PlannedRun run, BooleanSupplier reached) {
        until(run, reached, MOST_TURNS);
    }

    private static void until(PlannedRun run, BooleanSupplier reached, int most) {
        for (int turn = 0; turn < most; turn++) {
            run.turn();
            if (reached.getAsBoolean()) {
                return;
            }
        }
        throw new AssertionError("Not reached; the run stands at " + run.last() + " with " + run.world.status);
    }

    private static SourcegraphDowngradeStatus status(PlannedRun run) {
        return run.world.status.orElseThrow();
    }

    private static String reason(PlannedRun run) {
        return condition(run, ConditionType.READY).map(Condition::getReason).orElse("");
    }

    private static String message(PlannedRun run, ConditionType type) {
        return condition(run, type).map(Condition::getMessage).orElse("");
    }

    private static Optional<Condition> condition(PlannedRun run, ConditionType type) {
        return run.world.status.orElseThrow().conditions().stream()
                .filter(condition -> condition.getType().equals(type.label()))
                .findFirst();
    }

    private static SourcegraphDowngradeStatus withoutPlan(SourcegraphDowngradeStatus was) {
        return new SourcegraphDowngradeStatus(
                was.observedGeneration(),
                was.phase(),
                was.currentStep(),
                was.progress(),
                was.nextAction(),
                List.of(),
                null,
                was.checks(),
                was.steps(),
                was.workloads(),
                was.migration(),
                was.drift(),
                was.versions(),
                was.pointOfNoReturn(),
                was.startedAt(),
                was.finishedAt());
    }
}
