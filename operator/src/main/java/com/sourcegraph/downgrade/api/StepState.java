package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a step stands. */
public enum StepState {
    /** Not begun. */
    @JsonProperty("Pending")
    PENDING,
    /** Begun and not ended. */
    @JsonProperty("Running")
    RUNNING,
    /** Ended well. */
    @JsonProperty("Done")
    DONE,
    /** Found to be needless; the message says why. */
    @JsonProperty("Skipped")
    SKIPPED,
    /** Ended for good without success. */
    @JsonProperty("Failed")
    FAILED,
    /** Given up because the run was cancelled. */
    @JsonProperty("Cancelled")
    CANCELLED;
}
