package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether to act. */
public enum Mode {
    /** Downgrade the instance. */
    @JsonProperty("Run")
    RUN,
    /** Check, write the plan, end; never act. */
    @JsonProperty("Plan")
    PLAN
}
