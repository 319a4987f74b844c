package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** Live progress of the migrator. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record MigrationStatus(
        @JsonPropertyDescription("The Job of the current attempt.")
        String job,

        @JsonPropertyDescription("Which attempt this is; a new one is journalled here before its Job is made.")
        Integer attempt,

        @JsonPropertyDescription("How many of spec.recovery.retries have been used.")
        Integer retriesUsed,

        @JsonPropertyDescription("The hop that the migrator is in, counted from 1.")
        Integer hop,

        @JsonPropertyDescription("How many hops there are in all.")
        Integer hops,

        @JsonPropertyDescription("The minor that this hop goes to.")
        String hopTo,

        @JsonPropertyDescription("What the migrator is doing.")
        String phase,

        @JsonPropertyDescription("Schema migrations reverted in this hop.")
        Integer reverted,

        @JsonPropertyDescription("Schema migrations to revert in this hop.")
        Integer total,

        @JsonPropertyDescription("Out-of-band migrations being reversed.")
        List<Integer> outOfBand,

        @JsonPropertyDescription("How far the out-of-band migrations are, in percent.")
        String outOfBandProgress,

        @JsonPropertyDescription("The last error that the migrator reported.")
        String lastError,

        @JsonPropertyDescription(
                "When the migrator last got further; past the deadline, it tells one that hangs from one that is slow.")
        String lastProgress) {

    public MigrationStatus {
        outOfBand = outOfBand == null ? List.of() : List.copyOf(outOfBand);
    }
}
