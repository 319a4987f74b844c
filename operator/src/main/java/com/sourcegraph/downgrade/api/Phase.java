package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A summary of the conditions for people; the conditions are what programs read. */
public enum Phase {
    /** Accepted, or waiting for another resource in the namespace. */
    @JsonProperty("Pending")
    PENDING,
    /** Resolving and checking. */
    @JsonProperty("Preflight")
    PREFLIGHT,
    /** The plan waits for a person. */
    @JsonProperty("AwaitingApproval")
    AWAITING_APPROVAL,
    /** A resource with mode Plan has ended. */
    @JsonProperty("Planned")
    PLANNED,
    /** Held on request. */
    @JsonProperty("Suspended")
    SUSPENDED,
    /** Stopping what is connected to the databases. */
    @JsonProperty("Quiescing")
    QUIESCING,
    /** The migrator runs. */
    @JsonProperty("Migrating")
    MIGRATING,
    /** The schema or the instance is being proven. */
    @JsonProperty("Verifying")
    VERIFYING,
    /** The target manifests are being applied. */
    @JsonProperty("Applying")
    APPLYING,
    /** Waiting for the workloads. */
    @JsonProperty("RollingOut")
    ROLLING_OUT,
    /** Putting everything back. */
    @JsonProperty("Cancelling")
    CANCELLING,
    /** Waits for a person; nextAction says for what. */
    @JsonProperty("Stalled")
    STALLED,
    /** The instance is the target release. */
    @JsonProperty("Complete")
    COMPLETE,
    /** Ended without reaching the target. */
    @JsonProperty("Failed")
    FAILED;
}
