package com.sourcegraph.downgrade.workload;

import java.util.Optional;

/**
 * What in the instance's namespace is the operator's own, and so never one of the instance's workloads.
 *
 * <p>A migrator that an earlier run has started and that has not ended is not: it changes the
 * databases, and where its pod has not started yet no database session tells of it.
 *
 * @param operator the operator's own workload, where it runs in this namespace
 * @param runUid the run that is looked at
 */
public record OwnWork(Optional<WorkloadRef> operator, String runUid) {
    boolean includes(Candidate candidate) {
        return operator.filter(candidate.ref()::equals).isPresent()
                || candidate.labelled(Markers.COMPONENT_LABEL, Markers.OPERATOR_COMPONENT)
                || candidate.labelled(Markers.NAME_LABEL, Markers.OPERATOR_NAME)
                || (ofSomeRun(candidate) && !migratesForAnother(candidate));
    }

    /** By the pods' labels: those of a Job's template cannot be changed, and its own by whoever may patch Jobs. */
    private static boolean ofSomeRun(Candidate candidate) {
        return (candidate.ref().kind().equals("Job") || candidate.ref().kind().equals("Pod"))
                && candidate.podLabels().containsKey(Markers.RUN_LABEL);
    }

    /** Whether it is a migrator that another run has started and that has not ended. */
    boolean migratesForAnother(Candidate candidate) {
        return ofSomeRun(candidate)
                && Markers.DOWNGRADE_JOB.equals(candidate.podLabels().get(Markers.JOB_LABEL))
                && !runUid.equals(candidate.podLabels().get(Markers.RUN_UID_LABEL))
                && !candidate.finished();
    }
}
