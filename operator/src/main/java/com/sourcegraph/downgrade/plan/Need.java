package com.sourcegraph.downgrade.plan;

/** Something that the planner may ask to see before it decides. */
public enum Need {
    /** The instance's workloads, pods and autoscalers. */
    WORKLOADS,
    /**
     * The same, asked of the API server this moment: a watch may lag behind what was just written, and what looks
     * finished in it may be the state from before. Where the run's Jobs were looked at, they are as of this moment too.
     */
    WORKLOADS_NOW,
    /** The three databases: versions row, migration logs, out-of-band migrations, sessions. */
    DATABASES,
    /** The run's migrator Jobs. */
    JOBS,
    /** What the last finished migrator Job printed. */
    JOB_RESULT,
    /** The target manifests, and how the instance differs from them as far as is known. */
    TARGET,
    /** The same, everything asked of the API server this moment. */
    TARGET_NOW,
    /** Every preflight check, and the plan that follows. */
    PREFLIGHT,
    /** The namespace's record of runs. */
    HISTORY
}
