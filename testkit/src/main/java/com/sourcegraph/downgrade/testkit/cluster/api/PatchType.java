package com.sourcegraph.downgrade.testkit.cluster.api;

import java.util.Arrays;
import java.util.List;

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
                .orElseThrow(() -> StatusException.unsupportedMediaType(
                        contentType, List.of(JSON.mediaType, MERGE.mediaType, STRATEGIC.mediaType, APPLY.mediaType)));
    }
}
