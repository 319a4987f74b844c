package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** The path elements of lists that merge by key or as sets. */
final class ListElements {
    private ListElements() {}

    /** The elements of such a list by their path element, in order. Of two with the same keys the later one counts. */
    static Map<String, JsonNode> of(JsonNode list, ValueType.ListOf type) {
        Map<String, JsonNode> result = new LinkedHashMap<>();
        if (list != null) {
            for (JsonNode element : list) {
                result.put(pathElement(element, type), element);
            }
        }
        return result;
    }

    private static String pathElement(JsonNode element, ValueType.ListOf type) {
        if (type.kind() == ValueType.ListKind.SET) {
            return "v:" + json(element);
        }
        ObjectNode keys = Nodes.object();
        for (String key : new TreeSet<>(type.keys())) {
            JsonNode value = element.get(key);
            if (value == null || value.isNull()) {
                value = type.keyDefaults().get(key);
            }
            if (value != null) {
                keys.set(key, value);
            }
        }
        return "k:" + json(keys);
    }

    private static String json(JsonNode node) {
        return new String(Nodes.bytes(node), StandardCharsets.UTF_8);
    }
}
