package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** An object in the resource's namespace, and which of its keys count. */
public record SourceRef(
        @Required @Size(min = 1, max = 253) @JsonPropertyDescription("The object's name.")
        String name,

        @Size(min = 1, max = 64)
        @JsonPropertyDescription("The keys to read, in this order. Default: all of them, in alphabetical order.")
        List<String> keys) {

    public SourceRef {
        keys = keys == null ? List.of() : List.copyOf(keys);
    }
}
