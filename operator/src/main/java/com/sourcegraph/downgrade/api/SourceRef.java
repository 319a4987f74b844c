package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** An object in the resource's namespace, and which of its keys count. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SourceRef(
        @Required
        @Size(max = 253)
        @ValidationRule(value = SpecRules.IS_OBJECT_NAME, message = SpecRules.IS_OBJECT_NAME_MESSAGE)
        @JsonPropertyDescription("The object's name.")
        String name,

        @Size(min = 1, max = 64)
        @ValidationRule(value = SpecRules.ARE_KEYS, message = SpecRules.ARE_KEYS_MESSAGE)
        @ValidationRule(value = SpecRules.KEYS_DIFFER, message = SpecRules.KEYS_DIFFER_MESSAGE)
        @JsonPropertyDescription("The keys to read, in this order. Default: all of them, in alphabetical order.")
        List<@Size(min = 1, max = 253) String> keys) {

    public SourceRef {
        keys = keys == null ? List.of() : List.copyOf(keys);
    }
}
