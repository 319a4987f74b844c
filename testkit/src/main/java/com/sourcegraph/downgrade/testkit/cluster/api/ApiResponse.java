package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a request is answered with. */
public sealed interface ApiResponse {
    /** One body. */
    record Plain(int code, String contentType, byte[] body, Map<String, List<String>> headers) implements ApiResponse {}

    /** A body that goes on: a watch or a followed log. It is started once the client can receive. */
    record Stream(String contentType, Streaming streaming) implements ApiResponse {}

    /** The connection is reset without an answer. */
    record Reset() implements ApiResponse {}

    /** What fills a stream. */
    @FunctionalInterface
    interface Streaming {
        void start(StreamSink sink);
    }

    static ApiResponse json(int code, JsonNode body) {
        return new Plain(code, "application/json", Nodes.bytes(body), new LinkedHashMap<>());
    }

    static ApiResponse text(int code, String body) {
        return new Plain(
                code, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8), new LinkedHashMap<>());
    }
}
