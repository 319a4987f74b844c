package com.sourcegraph.downgrade.testkit.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One step: a request, or (with {@code collect}) reading from a stream that an earlier step opened.
 *
 * @param method the HTTP method; for a stream to open {@code WATCH} (chunked) or {@code WEBSOCKET}; empty for a step that reads
 * @param path with placeholders
 * @param type the content type; JSON where nothing is said
 * @param headers beside the content type
 * @param body what is sent; a text is sent as it is
 * @param save names for parts of the answer, by JSON pointer
 * @param until parts of the answer, by JSON pointer, that are waited for; null waits for the part to be gone, a number at
 *     {@code code} for the status
 * @param hide members of the answer that controllers write at a time of their own, by JSON pointer
 * @param only the parts of the answer that count, where most of it is not the subject
 * @param stream the name of the stream to open or to read
 * @param collect how many events to read; 0 where the step is a request, -1 for all up to the end of the stream
 * @param missing what the in-memory API refuses here, as it says it
 */
public record ScenarioStep(
        String method,
        String path,
        String type,
        Map<String, String> headers,
        Optional<JsonNode> body,
        Map<String, String> save,
        Map<String, JsonNode> until,
        List<String> hide,
        List<String> only,
        String stream,
        int collect,
        Optional<String> missing) {

    private static final Set<String> MEMBERS = Set.of(
            "do",
            "type",
            "headers",
            "body",
            "save",
            "until",
            "hide",
            "only",
            "stream",
            "collect",
            "in-memory-lacks",
            "as");
    private static final Map<String, String> TYPES = Map.of(
            "json", "application/json-patch+json",
            "merge", "application/merge-patch+json",
            "strategic", "application/strategic-merge-patch+json",
            "apply", "application/apply-patch+yaml");

    static ScenarioStep of(JsonNode step) {
        step.fieldNames().forEachRemaining(member -> {
            if (!MEMBERS.contains(member)) {
                throw new IllegalArgumentException("a step has no member " + member);
            }
        });
        String[] request = step.path("do").asText("").split(" ", 2);
        Map<String, String> headers = new LinkedHashMap<>(Nodes.strings(step, "headers"));
        if (step.has("as")) {
            headers.put("Impersonate-User", step.get("as").asText());
        }
        String type = step.path("type").asText("application/json");
        Map<String, JsonNode> until = new LinkedHashMap<>();
        step.path("until").properties().forEach(entry -> until.put(entry.getKey(), entry.getValue()));
        return new ScenarioStep(
                request[0],
                request.length > 1 ? request[1] : "",
                TYPES.getOrDefault(type, type),
                headers,
                Optional.ofNullable(step.get("body")),
                Nodes.strings(step, "save"),
                until,
                texts(step, "hide"),
                texts(step, "only"),
                step.path("stream").asText("watch"),
                step.path("collect").asText("").equals("all")
                        ? -1
                        : step.path("collect").asInt(0),
                Optional.ofNullable(Nodes.text(step, "in-memory-lacks")));
    }

    private static List<String> texts(JsonNode step, String member) {
        List<String> result = new ArrayList<>();
        Nodes.each(step, member).forEach(item -> result.add(item.asText()));
        return List.copyOf(result);
    }

    /** Whether this step opens a stream that later steps read. */
    public boolean opens() {
        return method.equals("WATCH") || method.equals("WEBSOCKET");
    }

    /** Whether this step reads from a stream. */
    public boolean reads() {
        return method.isEmpty();
    }
}
