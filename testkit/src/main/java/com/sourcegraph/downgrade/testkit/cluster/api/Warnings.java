package com.sourcegraph.downgrade.testkit.cluster.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server tells a client beside its answer. */
final class Warnings {
    private final List<String> texts = new ArrayList<>();

    void add(String text) {
        texts.add(text);
    }

    /** The headers of an answer with them. */
    Map<String, List<String>> headers() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        if (!texts.isEmpty()) {
            headers.put(
                    "Warning",
                    texts.stream()
                            .map(text -> "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                            .toList());
        }
        return headers;
    }
}
