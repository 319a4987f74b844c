package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What the databases say the instance's release is. */
public record VersionsStatus(
        @JsonPropertyDescription("The versions row before the run.")
        String before,

        @JsonPropertyDescription("The versions row now.") String after) {}
