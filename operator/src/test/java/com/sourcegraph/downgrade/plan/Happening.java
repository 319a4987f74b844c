package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Recovery;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** What can happen to a run from outside. */
enum Happening {
    BROUGHT_BACK(world -> world.workloads.get(0).bringBack(world.now)),
    CONTROLLER_BRINGS_BACK(world -> world.workloads.get(1).bringBack(world.now)),
    DATABASE_DOWN(world -> world.databases.reachable = false),
    DATABASE_UNKNOWN(world -> world.databases.known = false),
    STRANGER_CONNECTS(world -> world.databases.strangers.add("psql")),
    FOREIGN_MIGRATOR(world -> world.databases.strangers.add("migrator")),
    DATA_MOVES(world -> world.databases.dataMoved = !world.usesMigrator() || world.databases.dataMoved),
    DRIFT_BEFORE(world -> world.driftBefore = true),
    DRIFT_AFTER(world -> world.driftAfter = true),
    JOB_KILLED(world -> world.nextJobFails = Optional.of(FailureClass.KILLED)),
    JOB_LOSES_DATABASE(world -> world.nextJobFails = Optional.of(FailureClass.DATABASE_UNAVAILABLE)),
    JOB_FAILS_IN_SQL(world -> world.nextJobFails = Optional.of(FailureClass.SQL_ERROR)),
    JOB_OUT_OF_MEMORY(world -> world.nextJobFails = Optional.of(FailureClass.OUT_OF_MEMORY)),
    JOB_INTERRUPTED(world -> {
        world.nextJobFails = Optional.of(FailureClass.KILLED);
        world.nextJobInterrupts = true;
    }),
    JOB_CANNOT_START(world -> world.jobsStart = false),
    JOBS_DELETED(world -> world.jobs.removeIf(job -> job.ended(world.now) || job.kind() != MigratorJobKind.DOWNGRADE)),
    PERMISSION_LOST(world -> world.permitted = false),
    MANIFESTS_CHANGED(world -> world.manifests.changed = true),
    MANIFESTS_UNREADABLE(world -> world.manifests.readable = false),
    ROLLOUT_STUCK(world -> world.workloads.get(0).stick(true)),
    DATABASE_WORKLOAD_STUCK(world -> world.workloads.get(5).stick(true)),
    WATCH_LAGS(world -> world.watchLags = true),
    OTHER_AHEAD(world -> world.otherAhead = true),
    OTHER_HOLDS(PlannedWorld::otherTakesHold),
    APPROVED(world -> standing(world, world::approve)),
    APPROVED_ANOTHER(world -> world.approve("sha256:" + "9".repeat(64))),
    APPROVAL_TAKEN_BACK(world -> world.approve(null)),
    SUSPENDED(world -> world.suspend(true)),
    RESUMED(world -> world.suspend(false)),
    CANCELLED(PlannedWorld::cancel),
    DELETED(PlannedWorld::delete),
    RETRY_GRANTED(world -> world.recover(new Recovery(
            world.spec.recovery().retries() + 1, world.spec.recovery().acceptDrift()))),
    DRIFT_ACCEPTED(world -> world.recover(new Recovery(world.spec.recovery().retries(), true))),
    A_WHILE_PASSES(world -> world.pass(Duration.ofMinutes(4))),
    /** The next write to the resource meets a newer version. */
    WRITE_CONFLICTS(world -> {}),
    /** The operator dies before it writes the status. */
    CRASH_BEFORE_WRITE(world -> {}),
    /** It dies after the status was written and before the action. */
    CRASH_BEFORE_ACTION(world -> {}),
    /** The next action is refused. */
    ACTION_REFUSED(world -> {}),
    /** The next action meets an API server that does not answer; what it asked for may have been done. */
    ACTION_UNANSWERED(world -> {}),
    ACTION_DONE_BUT_UNANSWERED(world -> {});

    private final Consumer<PlannedWorld> change;

    Happening(Consumer<PlannedWorld> change) {
        this.change = change;
    }

    void happen(PlannedWorld world) {
        change.accept(world);
    }

    /** Everything that somebody else can repair is repaired. */
    static void heal(PlannedWorld world) {
        world.databases.reachable = true;
        world.databases.known = true;
        world.databases.strangers.clear();
        world.driftBefore = false;
        world.driftAfter = false;
        world.nextJobFails = Optional.empty();
        world.nextJobInterrupts = false;
        world.jobsStart = true;
        world.permitted = true;
        world.manifests.putBack(world.plannedManifests().orElse("as they were"));
        world.workloads.forEach(workload -> workload.stick(false));
        world.watchLags = false;
        world.otherAhead = false;
        world.otherLetsGo();
    }

    private static void standing(PlannedWorld world, Consumer<String> approve) {
        world.status
                .map(SourcegraphDowngradeStatus::plan)
                .map(PlanStatus::digest)
                .ifPresent(approve);
    }
}
