package com.sourcegraph.downgrade.testkit.cluster.api;

import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.Arrays;

/** The kinds of patches, by their media type. */
enum PatchType {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    PatchType(String mediaType) {
        this.mediaType = mediaType;
    }

    static PatchType of(String contentType) {
        return Arrays.stream(values())
                .filter(type -> type.mediaType.equals(contentType))
                .findFirst()
                .orElseThrow(() -> new StatusException(
                        415, "UnsupportedMediaType", "415: Unsupported Media Type", Nodes.object()));
    }
}
