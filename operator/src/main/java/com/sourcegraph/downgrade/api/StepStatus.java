package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** One step as it stands: a line of the journal. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record StepStatus(
        @Required @JsonPropertyDescription("The step's name.")
        StepName name,

        @Required @JsonPropertyDescription("How the step stands.")
        StepState state,

        @JsonPropertyDescription("Which attempt this is, where a step can be tried again.")
        Integer attempt,

        @JsonPropertyDescription("When the step began.") String startedAt,
        @JsonPropertyDescription("When the step ended.") String finishedAt,

        @JsonPropertyDescription("When the step is reported as Stalled if it has not ended.")
        String deadline,

        @JsonPropertyDescription("What the step is doing, waiting for, or has done.")
        String message) {}
