package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** The plan, resolved and frozen. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PlanStatus(
        @JsonPropertyDescription("SHA-256 of everything the plan says; approve this value.")
        String digest,

        @JsonPropertyDescription("When the plan was resolved.")
        String resolvedAt,

        @JsonPropertyDescription("The release that the instance runs.")
        String from,

        @JsonPropertyDescription("The release that the target manifests are of.")
        String to,

        @JsonPropertyDescription("How the run goes back: Manifests or Migrator, never Auto.")
        Strategy strategy,

        @JsonPropertyDescription("Why this strategy was chosen.")
        String strategyReason,

        @JsonPropertyDescription("How the instance is deployed: Helm, Kustomize or Legacy.")
        String flavour,

        @JsonPropertyDescription("The image that the migrator runs from; empty where it does not run.")
        String migratorImage,

        @JsonPropertyDescription("The minors that the migrator goes through, as its dry run printed them.")
        List<String> hops,

        @JsonPropertyDescription("The out-of-band migrations that the migrator reverses.")
        List<Integer> outOfBandMigrations,

        @JsonPropertyDescription("SHA-256 of the target manifests.")
        String manifestsDigest,

        @JsonPropertyDescription("What happens to how many objects.")
        ObjectCounts objects,

        @JsonPropertyDescription("Objects that only the newer release has and that are deleted, as Kind/name.")
        List<String> delete,

        @JsonPropertyDescription("Workloads that are scaled to zero for the migrator, as Kind/name.")
        List<String> scale,

        @JsonPropertyDescription("What the run does that cannot be undone.")
        List<String> irreversible,

        @JsonPropertyDescription("What a person should know before the run goes on.")
        List<String> warnings) {

    public PlanStatus {
        hops = hops == null ? List.of() : List.copyOf(hops);
        outOfBandMigrations = outOfBandMigrations == null ? List.of() : List.copyOf(outOfBandMigrations);
        delete = delete == null ? List.of() : List.copyOf(delete);
        scale = scale == null ? List.of() : List.copyOf(scale);
        irreversible = irreversible == null ? List.of() : List.copyOf(irreversible);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }
}
