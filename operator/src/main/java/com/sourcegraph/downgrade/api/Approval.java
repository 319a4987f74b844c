package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a person must approve the plan before anything is written. */
public enum Approval {
    @JsonProperty("Automatic")
    AUTOMATIC,
    @JsonProperty("Manual")
    MANUAL
}
