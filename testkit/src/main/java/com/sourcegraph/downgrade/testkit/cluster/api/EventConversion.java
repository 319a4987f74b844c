package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.Map;

/** Events are stored once and served in two groups, which name their fields differently. */
final class EventConversion {
    private static final Map<String, String> TO_CORE = Map.of(
            "regarding", "involvedObject",
            "note", "message",
            "reportingController", "reportingComponent",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count");

    private EventConversion() {}

    static ObjectNode toCore(ObjectNode event) {
        ObjectNode core = event.deepCopy();
        core.put("apiVersion", "v1");
        TO_CORE.forEach((from, to) -> rename(core, from, to));
        return core;
    }

    static ObjectNode toEventsGroup(ObjectNode core) {
        if (!"Event".equals(Nodes.text(core, "kind"))) {
            return core;
        }
        ObjectNode event = core.deepCopy();
        event.put("apiVersion", "events.k8s.io/v1");
        TO_CORE.forEach((to, from) -> rename(event, from, to));
        return event;
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        if (value != null) {
            object.set(to, value);
        }
    }
}
