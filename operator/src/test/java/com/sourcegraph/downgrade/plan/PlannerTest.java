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
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The course of a run: single stories, told because each was a way to break a promise. */
class PlannerTest {

    @Test
    void anUndisturbedDowngradeGoesThroughEveryStepAndRunsTheMigratorOnce() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);

        run.until(run::finished);

        assertThat(run.status().steps())
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
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
        assertThat(run.world.jobs)
                .extracting(ModelJob::kind)
                .containsExactly(MigratorJobKind.CHECKS, MigratorJobKind.DOWNGRADE, MigratorJobKind.DRIFT);
    }

    @Test
    void aStandardRollbackStopsNothingAndStartsNoJob() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.AUTO);

        run.until(() -> {
            assertThat(run.world.workloads).allMatch(ModelWorkload::asBefore);
            return run.finished();
        });

        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
        assertThat(run.world.jobs).isEmpty();
    }

    /** Their tags look like releases of Sourcegraph. */
    @Test
    void containersOfOthersInTheFrontendsPodSayNothingOfItsRelease() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.world.workloads.get(0).beside = List.of("alpine:3.19.1", "quay.io/oauth2-proxy/oauth2-proxy:v7.4.0");

        run.until(run::finished);

        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aPlanThatComesToNeedTheMigratorGetsItsDryRunBeforeItActs() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        run.until(() -> run.reason().equals(Reason.APPROVAL_PENDING.label()));
        assertThat(run.status().plan().strategy()).isEqualTo(Strategy.MANIFESTS);

        run.world.databases.dataMoved = true;
        run.world.pass(Duration.ofMinutes(10));
        run.happen(Happening.APPROVED);
        run.until(() -> run.reason().equals(Reason.APPROVED_PLAN_DIFFERS.label()));

        assertThat(run.status().plan().strategy()).isEqualTo(Strategy.MIGRATOR);
        assertThat(run.world.jobs).extracting(ModelJob::kind).containsExactly(MigratorJobKind.CHECKS);
        assertThat(run.world.workloads).allMatch(ModelWorkload::asBefore);
        run.happen(Happening.APPROVED);
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
        assertThat(run.status().drift().before()).hasSize(3);
    }

    @Test
    void whatAppearsAfterThePlanWasMadeIsNotDeleted() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).state(StepName.APPLY_MANIFESTS) == StepState.RUNNING);
        assertThat(run.status().plan().delete()).containsExactly("Deployment/embeddings");

        run.world.manifests.late = true;
        run.until(run::finished);

        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
        assertThat(run.world.manifests.pruned).isTrue();
        assertThat(run.status().steps())
                .filteredOn(step -> step.name() == StepName.APPLY_MANIFESTS)
                .singleElement()
                .extracting(StepStatus::message)
                .asString()
                .endsWith("not deleted, because it is not in status.plan.delete: Deployment/qdrant");
    }

    @Test
    void theRestIsAppliedOnceTheOlderDatabasesRunAndNotFirstWhenTheirProbesHaveSeenIt() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        ModelWorkload database = run.world.workloads.stream()
                .filter(ModelWorkload::database)
                .findFirst()
                .orElseThrow();

        run.until(() -> run.world.manifests.applied.contains(com.sourcegraph.downgrade.manifest.Phase.REST));

        assertThat(database.rolledOut(run.world.now)).isFalse();
        assertThat(database.olderPodLeft(run.world.now)).isFalse();
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void cancellingAHeldRunPutsEverythingBackWithoutResumingIt() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).running(StepName.QUIESCE) && !run.world.asBefore());
        run.happen(Happening.SUSPENDED);
        run.until(() -> run.status().phase() == Phase.SUSPENDED);

        run.happen(Happening.CANCELLED);
        run.until(run::finished);

        assertThat(run.reason()).isEqualTo(Reason.CANCELLED.label());
        assertThat(run.world.asBefore()).isTrue();
    }

    @Test
    void cancelAfterThePointOfNoReturnIsRefusedWithItsReasonAndTheRunGoesOn() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).pastPointOfNoReturn());

        run.happen(Happening.CANCELLED);
        run.turn();

        assertThat(run.reason()).isEqualTo(Reason.CANCEL_REFUSED.label());
        assertThat(run.message(ConditionType.READY)).contains("the point of no return was passed at ");
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    /** The newer frontend runs "migrator up" when it starts. */
    @Test
    void aServiceThatIsBroughtBackAfterTheMigratorGoesToZeroAgainBeforeAnythingElse() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO);
        run.until(() -> new Journal(run.world.status).running(StepName.VERIFY_SCHEMA));

        run.happen(Happening.BROUGHT_BACK);
        run.until(() -> !run.world.workloads.get(0).podsUp(run.world.now));

        assertThat(new Journal(run.world.status).state(StepName.APPLY_MANIFESTS))
                .isEqualTo(StepState.PENDING);
        run.until(run::finished);
        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aPlanTakenOutOfTheStatusIsMadeAgainBeforeActingAndIsAStopAfterIt() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        run.until(() -> run.reason().equals(Reason.APPROVAL_PENDING.label()));
        run.world.status = Optional.of(withoutPlan(run.status()));
        run.until(() -> run.reason().equals(Reason.APPROVAL_PENDING.label()));
        assertThat(run.status().plan().digest()).isNotBlank();

        run.happen(Happening.APPROVED);
        run.until(() -> new Journal(run.world.status).running(StepName.MIGRATE));
        run.world.status = Optional.of(withoutPlan(run.status()));
        run.turn();

        assertThat(run.reason()).isEqualTo(Reason.INTERNAL_ERROR.label());
        assertThat(run.status().nextAction()).contains("kubectl -n ns edit sgdowngrade back --subresource=status");
    }

    @Test
    void modePlanPlansAndEndsWithoutTouchingAnything() {
        PlannedRun run = PlannedRun.of("5.0.6", "4.4.2", Strategy.AUTO, Mode.PLAN, Approval.AUTOMATIC);

        run.until(run::finished);

        assertThat(run.reason()).isEqualTo(Reason.PLANNED.label());
        assertThat(run.status().phase()).isEqualTo(Phase.PLANNED);
        assertThat(run.status().plan().digest()).startsWith("sha256:");
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
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        run.until(() -> run.reason().equals(Reason.APPROVAL_PENDING.label()));
        String first = new Journal(run.world.status)
                .deadline(StepName.PREFLIGHT)
                .orElseThrow()
                .toString();
        run.world.databases.dataMoved = true;
        run.world.pass(Duration.ofHours(2));
        run.happen(Happening.APPROVED);

        run.until(() -> new Journal(run.world.status).running(StepName.PREFLIGHT));

        assertThat(new Journal(run.world.status)
                        .deadline(StepName.PREFLIGHT)
                        .orElseThrow()
                        .toString())
                .isGreaterThan(first);
        run.until(() -> new Journal(run.world.status).state(StepName.PREFLIGHT) == StepState.DONE);
        assertThat(PromiseWatch.holds(run.status(), ConditionType.STALLED)).isFalse();
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
