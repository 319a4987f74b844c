package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How to treat one workload. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WorkloadOverride(
        @Required @JsonPropertyDescription("The workload's kind.")
        WorkloadKind kind,

        @Required
        @Size(max = 253)
        @ValidationRule(value = SpecRules.IS_OBJECT_NAME, message = SpecRules.IS_OBJECT_NAME_MESSAGE)
        @JsonPropertyDescription("The workload's name.")
        String name,

        @Required
        @JsonPropertyDescription(
                "Connected: it is scaled to zero. Independent: it keeps running. A database is never scaled.")
        Treatment treatAs) {

    /** What can be overridden. */
    public enum Treatment {
        @JsonProperty("Connected")
        CONNECTED,
        @JsonProperty("Independent")
        INDEPENDENT
    }
}
