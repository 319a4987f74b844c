package com.sourcegraph.downgrade.workload;

/** What restoring did to one workload. */
public enum RestoreOutcome {
    /** Scaled back or resumed, and the record removed. */
    RESTORED,
    /** Something else had brought it back: only the record was removed. */
    RELEASED,
    /** This run had not quiesced it, or it was restored before: nothing was written. */
    LEFT
}
