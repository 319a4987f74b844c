package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** One workload of the instance and what the run does with it. */
public record WorkloadStatus(
        @JsonPropertyDescription("The workload's kind.") String kind,
        @JsonPropertyDescription("The workload's name.") String name,

        @JsonPropertyDescription("Database, Direct, Indirect, Unknown (treated as connected) or Independent.")
        String classification,

        @JsonPropertyDescription("Why it is classified so.") String reason,

        @JsonPropertyDescription(
                "The replicas that it had before the run; they are also an annotation on the workload while it is scaled to zero.")
        Integer replicas,

        @JsonPropertyDescription("What the run does with it, or how it stands.")
        String state) {}
