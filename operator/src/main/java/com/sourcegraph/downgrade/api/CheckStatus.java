package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** One preflight check as it stands. */
public record CheckStatus(
        @JsonPropertyDescription("The check's name.") String name,
        @JsonPropertyDescription("What it found.") CheckResult result,

        @JsonPropertyDescription("What was found, on which object.")
        String message,

        @JsonPropertyDescription("What a person does about it, where something is to be done.")
        String remedy) {}
