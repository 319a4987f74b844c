package com.sourcegraph.downgrade.workload;

/** What quiescing did to one workload. */
public enum QuiesceOutcome {
    /** Scaled to zero or suspended, and recorded. */
    QUIESCED,
    /** Nothing was asked of it before, or it is quiesced already: nothing was written. */
    LEFT,
    /** Its kind or content allows no stop without harm: nothing was written. */
    NOT_OURS
}
