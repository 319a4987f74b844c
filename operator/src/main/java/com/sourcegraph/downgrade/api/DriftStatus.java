package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** Drift before and after. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DriftStatus(
        @JsonPropertyDescription("The drift of each schema before the migrator ran.")
        List<DriftSummary> before,

        @JsonPropertyDescription("The drift of each schema after it.")
        List<DriftSummary> after,

        @JsonPropertyDescription(
                "Drift that was not there before; it stops the run unless spec.recovery.acceptDrift is set.")
        List<String> introduced) {

    public DriftStatus {
        before = before == null ? List.of() : List.copyOf(before);
        after = after == null ? List.of() : List.copyOf(after);
        introduced = introduced == null ? List.of() : List.copyOf(introduced);
    }
}
