package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.migrator.MigratorProgress;
import com.sourcegraph.downgrade.workload.Workloads;
import java.util.List;
import java.util.Optional;

/**
 * What has been seen. Only the queue is always there; the rest is looked at when the planner asks for it, so that no
 * step costs requests or connections that it does not need.
 *
 * @param workloadsNow whether the workloads were asked of the API server this moment, not of a watch
 * @param databases empty where not looked at; a {@link DatabaseFacts.Unknown} says why nothing could be seen
 * @param lingering pods of the run's downgrade Jobs that may still run although their Job has ended or is gone
 * @param progress what the running migrator has printed so far
 */
public record Facts(
        Queue queue,
        Optional<Workloads> workloads,
        boolean workloadsNow,
        Optional<DatabaseFacts> databases,
        Optional<List<MigratorJobState>> jobs,
        List<LingeringPod> lingering,
        Optional<MigratorProgress> progress,
        Optional<JobResult> jobResult,
        Optional<TargetFacts> target,
        Optional<PreflightReport> preflight,
        Optional<RunHistory> history) {

    /** Nothing but the queue. */
    public static Facts of(Queue queue) {
        return new Facts(
                queue,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Whether something has been looked at. */
    public boolean has(Need need) {
        return switch (need) {
            case WORKLOADS -> workloads.isPresent();
            case WORKLOADS_NOW -> workloadsNow;
            case DATABASES -> databases.isPresent();
            case JOBS -> jobs.isPresent();
            case JOB_RESULT -> jobResult.isPresent();
            case TARGET -> target.isPresent();
            case TARGET_NOW ->
                target.filter(seen -> !(seen instanceof TargetFacts.Read read) || read.now())
                        .isPresent();
            case PREFLIGHT -> preflight.isPresent();
            case HISTORY -> history.isPresent();
        };
    }

    public Facts withWorkloads(Workloads seen) {
        return new Facts(
                queue,
                Optional.of(seen),
                false,
                databases,
                jobs,
                lingering,
                progress,
                jobResult,
                target,
                preflight,
                history);
    }

    public Facts withWorkloadsNow(Workloads seen) {
        return new Facts(
                queue,
                Optional.of(seen),
                true,
                databases,
                jobs,
                lingering,
                progress,
                jobResult,
                target,
                preflight,
                history);
    }

    public Facts withDatabases(DatabaseFacts seen) {
        return new Facts(
                queue,
                workloads,
                workloadsNow,
                Optional.of(seen),
                jobs,
                lingering,
                progress,
                jobResult,
                target,
                preflight,
                history);
    }

    /** Jobs, and no pod of theirs that outlives them. */
    public Facts withJobs(List<MigratorJobState> seen, Optional<MigratorProgress> live) {
        return withJobs(seen, live, List.of());
    }

    public Facts withJobs(List<MigratorJobState> seen, Optional<MigratorProgress> live, List<LingeringPod> pods) {
        return new Facts(
                queue,
                workloads,
                workloadsNow,
                databases,
                Optional.of(List.copyOf(seen)),
                List.copyOf(pods),
                live,
                jobResult,
                target,
                preflight,
                history);
    }

    public Facts withJobResult(JobResult seen) {
        return new Facts(
                queue,
                workloads,
                workloadsNow,
                databases,
                jobs,
                lingering,
                progress,
                Optional.of(seen),
                target,
                preflight,
                history);
    }

    public Facts withTarget(TargetFacts seen) {
        return new Facts(
                queue,
                workloads,
                workloadsNow,
                databases,
                jobs,
                lingering,
                progress,
                jobResult,
                Optional.of(seen),
                preflight,
                history);
    }

    public Facts withPreflight(PreflightReport seen) {
        return new Facts(
                queue,
                workloads,
                workloadsNow,
                databases,
                jobs,
                lingering,
                progress,
                jobResult,
                target,
                Optional.of(seen),
                history);
    }

    public Facts withHistory(RunHistory seen) {
        return new Facts(
                queue,
                workloads,
                workloadsNow,
                databases,
                jobs,
                lingering,
                progress,
                jobResult,
                target,
                preflight,
                Optional.of(seen));
    }
}
