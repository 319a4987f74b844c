package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How many objects of the target manifests are treated how. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ObjectCounts(
        @JsonPropertyDescription("Objects that only the target release has.")
        Integer create,

        @JsonPropertyDescription("Objects that differ.") Integer update,

        @JsonPropertyDescription(
                "Objects to delete and create anew: another kind of the same name, or a field that cannot be changed.")
        Integer replace,

        @JsonPropertyDescription("Objects that are already as the target has them.")
        Integer unchanged,

        @JsonPropertyDescription("Volumes, which are never touched.")
        Integer keep,

        @JsonPropertyDescription("Objects outside the namespace or of kinds that the cluster does not serve.")
        Integer skip) {}
