package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How to go back. */
public enum Strategy {
    /** {@link #MANIFESTS} where that is enough, else {@link #MIGRATOR}. */
    @JsonProperty("Auto")
    AUTO,
    /** Reapply the older manifests, rolling: for patches, or one minor. */
    @JsonProperty("Manifests")
    MANIFESTS,
    /** Quiesce, run {@code migrator downgrade}, reapply. */
    @JsonProperty("Migrator")
    MIGRATOR
}
