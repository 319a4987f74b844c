package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.GoText;

/** An element of a strategic merge patch that does not say which element it means. */
public final class MissingMergeKey extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingMergeKey(JsonNode element, String key) {
        super("map: " + GoText.of(element) + " does not contain declared merge key: " + key);
    }
}
