package com.sourcegraph.downgrade.workload;

/** Why a workload is restored. */
public enum RestoreMode {
    /** The run is called off before the point of no return: everything back as it was, what was stopped before it included. */
    CANCEL,
    /** The target manifests have been applied: whatever count they or an autoscaler gave stays. */
    ROLLOUT
}
