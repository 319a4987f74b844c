package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Corrections to what the operator finds out about connections by itself. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Quiesce(
        @Size(max = 64)
        @JsonPropertyDescription(
                "Workloads to treat otherwise than the operator would; status.workloads shows how it treats each and why.")
        List<WorkloadOverride> workloads,

        @Size(max = 32)
        @JsonPropertyDescription(
                "application_name of database sessions that may stay while the migrator runs, such as a monitoring tool's. "
                        + "The instance's own services cannot be named here.")
        List<@Size(min = 1, max = 64) String> ignoreSessions) {

    static final Quiesce DEFAULT = new Quiesce(null, null);

    public Quiesce {
        workloads = workloads == null ? List.of() : List.copyOf(workloads);
        ignoreSessions = ignoreSessions == null ? List.of() : List.copyOf(ignoreSessions);
    }
}
