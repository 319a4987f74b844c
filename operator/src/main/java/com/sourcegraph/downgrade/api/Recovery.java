package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** What a person decides when a run has stopped after the point of no return. May change while the run goes. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Recovery(
        @Default("0")
        @Min(0)
        @Max(20)
        @JsonPropertyDescription("How many more attempts of the migrator a person grants, counted over the whole run. "
                + "Raise it by one after repairing what status.nextAction names. Can only be raised.")
        Integer retries,

        @Default("false")
        @JsonPropertyDescription(
                "Go on although the migrator left drift that was not there before; status.drift lists it.")
        Boolean acceptDrift) {

    static final Recovery DEFAULT = new Recovery(null, null);

    public Recovery {
        retries = retries == null ? 0 : retries;
        acceptDrift = acceptDrift != null && acceptDrift;
    }
}
