package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What the databases say the instance's release is. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VersionsStatus(
        @JsonPropertyDescription("The versions row before the run.")
        String before,

        @JsonPropertyDescription("The versions row now.") String after) {}
