package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** One preflight check as it stands. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CheckStatus(
        @Required @JsonPropertyDescription("The check's name.")
        String name,

        @Required @JsonPropertyDescription("What the check found.")
        CheckResult result,

        @JsonPropertyDescription("What was found, on which object.")
        String message,

        @JsonPropertyDescription("What a person does about it, where something is to be done.")
        String remedy) {}
