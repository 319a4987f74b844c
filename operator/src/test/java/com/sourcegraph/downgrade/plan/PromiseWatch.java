package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.RestoreMode;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at every action and every status of a run, and fails where a promise to users is broken. */
final class PromiseWatch {
    private static final Set<StepName> BEFORE_ACTING = Set.of(StepName.PREFLIGHT, StepName.APPROVAL);

    private final PlannedWorld world;
    /** Attempts of the migrator after which a person was asked. */
    private final Set<Integer> stoppedAt = new HashSet<>();

    PromiseWatch(PlannedWorld world) {
        this.world = world;
    }

    /** Before an action has its effect, with its intent journalled already. */
    void beforeAction(Action action) {
        Journal journal = new Journal(world.status);
        boolean puttingBack = journal.cancelling();
        if (action instanceof Action.StartChecks) {
            oneJobOnly();
            assertThat(journal.plan()).as("checks need a plan").isPresent();
            assertThat(journal.acted()).as("checks come before acting").isFalse();
            return;
        }
        assertThat(world.plansOnly())
                .as("mode Plan never acts, but would %s", action)
                .isFalse();
        if (!puttingBack) {
            assertThat(journal.state(StepName.PREFLIGHT))
                    .as("preflight before %s", action)
                    .isEqualTo(StepState.DONE);
            assertThat(journal.state(StepName.APPROVAL))
                    .as("approval before %s", action)
                    .isIn(StepState.DONE, StepState.SKIPPED);
        }
        if (action instanceof Action.ClaimInstance && world.asksForApproval()) {
            assertThat(world.spec.approvedPlan())
                    .as("the plan that was approved is the one that is acted on")
                    .isEqualTo(journal.plan().orElseThrow().digest());
        }
        if (!(action instanceof Action.ClaimInstance)) {
            boolean ours = world.history.heldBy(PlannedWorld.UID);
            assertThat(ours).as("the instance is held during %s", action).isTrue();
        }
        if (action instanceof Action.QuiesceWorkloads quiesce) {
            quiesce(journal, quiesce);
        } else if (action instanceof Action.StartDowngrade start) {
            downgrade(journal, start);
        } else if (action instanceof Action.StartDrift) {
            oneJobOnly();
        } else if (action instanceof Action.ApplyObjects || action instanceof Action.PruneObjects) {
            apply(journal, action);
        } else if (action instanceof Action.RestoreWorkloads restore) {
            assertThat(restore.scope().mode() == RestoreMode.CANCEL)
                    .as("put back only before the point of no return")
                    .isEqualTo(!journal.pastPointOfNoReturn());
        }
    }

    private void quiesce(Journal journal, Action.QuiesceWorkloads quiesce) {
        assertThat(journal.plan().orElseThrow().strategy()).isEqualTo(Strategy.MIGRATOR);
        assertThat(quiesce.workloads()).isNotEmpty().allSatisfy(ref -> assertThat(world.workloads)
                .as("%s is connected", ref)
                .anyMatch(workload -> workload.ref.equals(ref) && workload.connected()));
    }

    private void downgrade(Journal journal, Action.StartDowngrade start) {
        assertThat(world.anyPodConnected())
                .as("a service is up while the migrator starts")
                .isFalse();
        assertThat(world.databases.strangers)
                .as("sessions and other migrators while the migrator starts")
                .isEmpty();
        assertThat(world.databases.reachable && world.databases.known)
                .as("sessions were looked at")
                .isTrue();
        assertThat(journal.pastPointOfNoReturn())
                .as("the point of no return is journalled first")
                .isTrue();
        assertThat(journal.migration().orElseThrow().attempt())
                .as("the attempt is journalled first")
                .isEqualTo(start.attempt());
        attemptsAreGranted(journal, start.attempt());
        assertThat(world.databases.interrupted)
                .as("a revert that was interrupted is settled before another attempt")
                .isFalse();
        assertThat(Version.parse(world.databases.row).toMinor())
                .as("the migrator is not run again on a schema that is down")
                .isNotEqualTo(Version.parse(world.scenario.to()).toMinor());
        oneJobOnly();
    }

    private void attemptsAreGranted(Journal journal, int attempt) {
        int granted = MigrationNotes.retriesUsed(journal);
        assertThat(granted)
                .as("grants that are used")
                .isLessThanOrEqualTo(world.spec.recovery().retries());
        assertThat(attempt)
                .as("attempts beside those that were granted")
                .isLessThanOrEqualTo(MigratorFailurePolicy.AUTOMATIC_ATTEMPTS + granted);
        assertThat(stoppedAt)
                .as("attempts after which a person was asked are over")
                .doesNotContain(attempt);
    }

    private void oneJobOnly() {
        assertThat(world.running())
                .as("a Job that runs while another is started")
                .isEmpty();
    }

    private void apply(Journal journal, Action action) {
        assertThat(world.manifestsAsPlanned())
                .as("%s is of the planned manifests", action)
                .isTrue();
        assertThat(journal.pastPointOfNoReturn()).isTrue();
        if (action instanceof Action.ApplyObjects apply && apply.withRest()) {
            assertThat(world.workloads)
                    .as("nothing new may connect to a database pod that is about to stop")
                    .noneMatch(workload -> workload.database() && workload.olderPodLeft(world.now));
        }
        if (journal.plan().orElseThrow().strategy() == Strategy.MIGRATOR) {
            assertThat(journal.state(StepName.MIGRATE)).isIn(StepState.DONE, StepState.SKIPPED);
            assertThat(journal.state(StepName.VERIFY_SCHEMA))
                    .as("verified before %s", action)
                    .isEqualTo(StepState.DONE);
            assertThat(Version.parse(world.databases.row).toMinor())
                    .as("the schema is down before %s", action)
                    .isEqualTo(Version.parse(world.scenario.to()).toMinor());
            boolean first = world.workloads.stream()
                    .noneMatch(workload -> workload.connected() && workload.image.endsWith(":" + world.scenario.to()));
            if (first && action instanceof Action.ApplyObjects apply && apply.withRest()) {
                assertThat(world.anyPodConnected())
                        .as("a newer service is up on the older schema while the older ones are applied")
                        .isFalse();
            }
        }
    }

    /** After each write of the status. */
    void afterWrite(SourcegraphDowngradeStatus before, SourcegraphDowngradeStatus after) {
        assertThat(after.nextAction()).as("what a person does next").isNotBlank();
        assertThat(after.observedGeneration()).isEqualTo(world.generation);
        assertThat(after.phase()).isNotNull();
        assertThat(after.progress()).isNotBlank();
        conditions(after);
        order(after.steps());
        if (after.conditions().stream().anyMatch(told -> told.getReason().equals(Reason.MIGRATOR_FAILED.label()))) {
            stoppedAt.add(after.migration().attempt());
        }
        if (before != null) {
            neverBack(before, after);
        }
    }

    private static void conditions(SourcegraphDowngradeStatus status) {
        List<String> types =
                status.conditions().stream().map(Condition::getType).toList();
        assertThat(types)
                .contains(
                        ConditionType.READY.label(),
                        ConditionType.RECONCILING.label(),
                        ConditionType.STALLED.label(),
                        ConditionType.SUSPENDED.label())
                .doesNotHaveDuplicates();
        assertThat(status.conditions()).allSatisfy(condition -> {
            assertThat(condition.getReason()).isNotBlank();
            assertThat(condition.getMessage()).isNotBlank();
            assertThat(condition.getLastTransitionTime()).isNotBlank();
        });
        boolean reconciling = holds(status, ConditionType.RECONCILING);
        boolean stalled = holds(status, ConditionType.STALLED);
        assertThat(reconciling && stalled).as("works and is stuck at once").isFalse();
        if (stalled) {
            assertThat(status.nextAction()).as("a stop names a command").containsAnyOf("kubectl ", "create");
        }
    }

    static boolean holds(SourcegraphDowngradeStatus status, ConditionType type) {
        return status.conditions().stream()
                .anyMatch(
                        condition -> condition.getType().equals(type.label()) && "True".equals(condition.getStatus()));
    }

    /** Whatever has begun, everything before it has ended. */
    private static void order(List<StepStatus> steps) {
        boolean open = false;
        for (StepStatus step : steps) {
            if (step.state() != StepState.PENDING && !BEFORE_ACTING.contains(step.name())) {
                assertThat(open)
                        .as("step %s has begun before an earlier one has ended: %s", step.name(), steps)
                        .isFalse();
            }
            open |= step.state() == StepState.PENDING || step.state() == StepState.RUNNING;
        }
    }

    private static void neverBack(SourcegraphDowngradeStatus before, SourcegraphDowngradeStatus after) {
        for (StepStatus was : before.steps()) {
            boolean ended = was.finishedAt() != null;
            StepStatus is =
                    new Journal(java.util.Optional.of(after)).step(was.name()).orElse(null);
            if (ended && !BEFORE_ACTING.contains(was.name())) {
                assertThat(is)
                        .as("step %s has ended and does not change", was.name())
                        .isNotNull();
                assertThat(is.state()).isEqualTo(was.state());
            }
        }
        if (before.pointOfNoReturn() != null) {
            assertThat(after.pointOfNoReturn()).isEqualTo(before.pointOfNoReturn());
        }
        boolean acted = new Journal(java.util.Optional.of(before)).acted();
        if (acted && before.plan() != null) {
            assertThat(after.plan().digest())
                    .as("the plan is frozen once it is acted on")
                    .isEqualTo(before.plan().digest());
        }
    }

    /** When the run has ended. */
    void atTheEnd(boolean complete) {
        SourcegraphDowngradeStatus status = world.status.orElseThrow();
        if (world.plansOnly()) {
            assertThat(world.asBefore()).isTrue();
            return;
        }
        assertThat(world.history.heldBy(PlannedWorld.UID))
                .as("the instance is let go")
                .isFalse();
        assertThat(world.workloads).as("every workload is back").allSatisfy(workload -> assertThat(workload.asBefore())
                .as("%s", workload.ref)
                .isTrue());
        if (complete) {
            assertThat(world.manifests.done()).isTrue();
            assertThat(Version.parse(world.databases.row).toMinor())
                    .isEqualTo(Version.parse(world.scenario.to()).toMinor());
            long succeeded = world.jobs.stream()
                    .filter(job -> job.kind() == MigratorJobKind.DOWNGRADE)
                    .filter(job -> job.failure().isEmpty())
                    .count();
            assertThat(succeeded).as("successful migrator Jobs").isLessThanOrEqualTo(1);
        } else {
            assertThat(status.pointOfNoReturn())
                    .as("a run past the point of no return ends complete")
                    .isNull();
            assertThat(world.manifests.applied).isEmpty();
            assertThat(world.databases.row).isEqualTo(world.scenario.from());
        }
    }
}
