package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.workload.RestoreScope;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.util.List;

/** One thing to do outside the resource. Each is idempotent: done twice it leaves what once leaves. */
public sealed interface Action {

    /** Take hold of the instance in the namespace's record of runs. */
    record ClaimInstance(RunRecord run) implements Action {}

    /** Let go of it and keep the run as ended. */
    record ReleaseInstance(RunRecord run) implements Action {}

    /** Start the Job with the migrator's dry run and the drift of each schema. */
    record StartChecks(int attempt) implements Action {}

    /** Start {@code migrator downgrade}. */
    record StartDowngrade(int attempt, boolean skipDriftCheck) implements Action {}

    /** Start the Job with the drift of each schema. */
    record StartDrift(int attempt) implements Action {}

    /** Scale to zero or suspend these. */
    record QuiesceWorkloads(List<WorkloadRef> workloads) implements Action {
        public QuiesceWorkloads {
            workloads = List.copyOf(workloads);
        }
    }

    /** Give these back what they had. */
    record RestoreWorkloads(List<WorkloadRef> workloads, RestoreScope scope) implements Action {
        public RestoreWorkloads {
            workloads = List.copyOf(workloads);
        }
    }

    /**
     * Apply the target objects that differ.
     *
     * @param withRest whether the older databases run, so that everything may be applied
     */
    record ApplyObjects(boolean withRest) implements Action {}

    /** Delete what only the newer release has. */
    record PruneObjects() implements Action {}
}
