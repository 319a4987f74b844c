package com.sourcegraph.downgrade.workload;

/** What restoring did to one workload. */
public enum RestoreOutcome {
    /** Scaled back or resumed, and the record removed. */
    RESTORED,
    /** It was stopped before this run: the mark of the earlier run is on it again, and it stays stopped. */
    RETURNED,
    /** Something else had brought it back: only the record was removed. */
    RELEASED,
    /** It was not for this run to restore, or it was restored before: nothing was written. */
    LEFT
}
