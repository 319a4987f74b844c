package com.sourcegraph.downgrade.migrator;

/** Where a Job of the migrator is. */
public enum MigratorJobPhase {
    /** No container has started yet. */
    PENDING,
    /** At least one container has started, and not all have ended. */
    RUNNING,
    /** Every container ended with exit code 0. */
    SUCCEEDED,
    /** A container ended otherwise, or the pod is gone. */
    FAILED
}
