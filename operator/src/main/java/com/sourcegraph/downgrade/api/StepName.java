package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The steps of a run, in their order; {@link #PUT_BACK} takes the place of the rest after a cancel. */
public enum StepName {
    /** Resolve and check everything; writes nothing but the migrator's dry run. */
    @JsonProperty("Preflight")
    PREFLIGHT("Preflight"),

    /** Wait for the digest of this very plan. */
    @JsonProperty("Approval")
    APPROVAL("Approval"),

    /** Scale to zero what connects to a database, until pods and sessions are gone. */
    @JsonProperty("Quiesce")
    QUIESCE("Quiesce"),

    /** One Job, {@code migrator downgrade}: the point of no return. */
    @JsonProperty("Migrate")
    MIGRATE("Migrate"),

    /** Row, logs and drift of each schema. */
    @JsonProperty("VerifySchema")
    VERIFY_SCHEMA("VerifySchema"),

    /** Databases first, then the rest; swap kinds, prune, keep volumes. */
    @JsonProperty("ApplyManifests")
    APPLY_MANIFESTS("ApplyManifests"),

    /** Replicas restored; wait for this generation to be fully available. */
    @JsonProperty("Rollout")
    ROLLOUT("Rollout"),

    /** The instance is the target release. */
    @JsonProperty("Verify")
    VERIFY("Verify"),

    /** After a cancel: everything as it was. */
    @JsonProperty("PutBack")
    PUT_BACK("PutBack");

    private final String label;

    StepName(String label) {
        this.label = label;
    }

    /** @return the name as a user reads it */
    public String label() {
        return label;
    }
}
