package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** Where the target manifests are: exactly one source. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = SpecRules.ONE_SOURCE, message = SpecRules.ONE_SOURCE_MESSAGE)
public record Manifests(
        @JsonPropertyDescription(
                "A ConfigMap in this namespace that holds the target release's manifests as YAML, plain or gzip.")
        SourceRef configMapRef,

        @JsonPropertyDescription(
                "A Secret in this namespace that holds the target release's manifests as YAML, plain or gzip.")
        SourceRef secretRef) {}
