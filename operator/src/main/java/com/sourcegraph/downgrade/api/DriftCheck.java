package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What drift that is there before the downgrade means. */
public enum DriftCheck {
    /** It fails preflight, as the migrator itself would refuse to run. */
    @JsonProperty("Enforce")
    ENFORCE,
    /** It is reported and the migrator is told to skip its own check. */
    @JsonProperty("Skip")
    SKIP
}
