package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a preflight check found. */
public enum CheckResult {
    /** As it should be. */
    @JsonProperty("Passed")
    PASSED,
    /** The run may go on; a person should know. */
    @JsonProperty("Warning")
    WARNING,
    /** The run waits until a person has repaired it. */
    @JsonProperty("Failed")
    FAILED,
    /** Does not apply, or what it needs is not there because another check failed. */
    @JsonProperty("Skipped")
    SKIPPED;
}
