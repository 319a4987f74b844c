package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which element of the old list an element of the new one corresponds to: by its keys in a map list, else to none. */
final class Correlation {
    private Correlation() {}

    static Map<String, JsonNode> byKey(JsonNode list, JsonNode schema) {
        Map<String, JsonNode> result = new LinkedHashMap<>();
        if (list != null && list.isArray() && "map".equals(Nodes.text(schema, "x-kubernetes-list-type"))) {
            for (JsonNode element : list) {
                result.put(key(element, schema), element);
            }
        }
        return result;
    }

    /** What identifies an element of a map or set list; null in an atomic one. */
    static String key(JsonNode element, JsonNode schema) {
        JsonNode identity = identity(element, schema);
        return identity == null ? null : identity.toString();
    }

    static JsonNode identity(JsonNode element, JsonNode schema) {
        String kind = String.valueOf(Nodes.text(schema, "x-kubernetes-list-type"));
        if (kind.equals("set")) {
            return element;
        }
        if (!kind.equals("map")) {
            return null;
        }
        ObjectNode keys = Nodes.object();
        for (JsonNode key : Nodes.each(schema, "x-kubernetes-list-map-keys")) {
            JsonNode value = element.get(key.asText());
            if (value == null) {
                value = Nodes.at(schema, "items", "properties", key.asText(), "default");
            }
            if (value != null) {
                keys.set(key.asText(), value);
            }
        }
        return keys;
    }
}
