package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** One workload of the instance and what the run does with it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WorkloadStatus(
        @Required @JsonPropertyDescription("The workload's kind.")
        String kind,

        @Required @JsonPropertyDescription("The workload's name.")
        String name,

        @JsonPropertyDescription("Database, Direct, Indirect, Unknown (treated as connected) or Independent.")
        String classification,

        @JsonPropertyDescription("Why the workload is classified so.")
        String reason,

        @JsonPropertyDescription(
                "The replicas that it had before the run; they are also an annotation on the workload while it is scaled to zero.")
        Integer replicas,

        @JsonPropertyDescription("What the run does with it, or how it stands.")
        String state,

        @JsonPropertyDescription(
                "The field manager that scaled it up or resumed it after the run had stopped it: pause that tool for the time of the run.")
        String broughtBackBy,

        @JsonPropertyDescription(
                "When the run first saw that, of those times that have followed each other within two minutes.")
        String broughtBackSince,

        @JsonPropertyDescription("When the run last saw that.")
        String broughtBackAt) {}
