package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** What the migrator's drift command found in one schema. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DriftSummary(
        @JsonPropertyDescription("frontend, codeintel or codeinsights.")
        String schema,

        @JsonPropertyDescription("None, Found or Undetermined.")
        String result,

        @JsonPropertyDescription("What it found, shortened to the first twenty.")
        List<String> problems,

        @JsonPropertyDescription("How many problems there were beyond those listed.")
        Integer more) {

    public DriftSummary {
        problems = problems == null ? List.of() : List.copyOf(problems);
    }
}
