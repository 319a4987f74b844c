package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What happens to a custom resource before it is judged: unknown members are pruned, defaults filled in. */
final class SchemaPreparation {
    private static final Set<String> TYPE_META = Set.of("apiVersion", "kind", "metadata");

    private final JsonNode schema;

    SchemaPreparation(JsonNode schema) {
        this.schema = schema;
    }

    /** Drops what the schema does not know. @return the paths of what was dropped */
    List<String> prune(ObjectNode object) {
        List<String> dropped = new ArrayList<>();
        prune(object, schema, "", true, dropped);
        return dropped;
    }

    private static void prune(JsonNode value, JsonNode schema, String path, boolean root, List<String> dropped) {
        if (value instanceof ObjectNode object) {
            JsonNode properties = Nodes.at(schema, "properties");
            JsonNode additional = Nodes.at(schema, "additionalProperties");
            boolean keep = SchemaTypes.keepsUnknown(schema) || additional != null && additional.asBoolean(false);
            List<String> drop = new ArrayList<>();
            object.properties().forEach(member -> {
                String name = member.getKey();
                if (root && TYPE_META.contains(name)) {
                    return;
                }
                JsonNode below = Nodes.at(properties, name);
                if (below == null && additional != null && additional.isObject()) {
                    below = additional;
                }
                String here = path.isEmpty() ? name : path + "." + name;
                if (below != null) {
                    prune(member.getValue(), below, here, false, dropped);
                } else if (!keep) {
                    drop.add(name);
                    dropped.add(here);
                }
            });
            object.remove(drop);
        } else if (value.isArray()) {
            JsonNode items = Nodes.at(schema, "items");
            for (int i = 0; items != null && i < value.size(); i++) {
                prune(value.get(i), items, path + "[" + i + "]", false, dropped);
            }
        }
    }

    /**
     * Fills in defaults where a member is missing, or null and not nullable; then drops each null that is left where none
     * is allowed: to the server such a member is absent.
     */
    void fillIn(ObjectNode object) {
        fillIn(object, schema);
        dropNulls(object, schema);
    }

    private static void dropNulls(JsonNode value, JsonNode schema) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            JsonNode properties = Nodes.at(schema, "properties");
            JsonNode additional = Nodes.at(schema, "additionalProperties");
            List<String> drop = new ArrayList<>();
            object.properties().forEach(member -> {
                JsonNode below = Nodes.at(properties, member.getKey());
                if (below == null && additional != null && additional.isObject()) {
                    below = additional;
                }
                if (below != null && member.getValue().isNull() && !Nodes.flag(below, "nullable")) {
                    drop.add(member.getKey());
                } else {
                    dropNulls(member.getValue(), below);
                }
            });
            object.remove(drop);
        } else if (value.isArray()) {
            value.forEach(item -> dropNulls(item, Nodes.at(schema, "items")));
        }
    }

    private static void fillIn(JsonNode value, JsonNode schema) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            JsonNode properties = Nodes.at(schema, "properties");
            if (properties != null) {
                properties.properties().forEach(property -> {
                    JsonNode below = property.getValue();
                    JsonNode present = object.get(property.getKey());
                    JsonNode standard = below.get("default");
                    boolean unset = present == null || present.isNull() && !Nodes.flag(below, "nullable");
                    if (unset && standard != null) {
                        object.set(property.getKey(), standard.deepCopy());
                    }
                    JsonNode now = object.get(property.getKey());
                    if (now != null) {
                        fillIn(now, below);
                    }
                });
            }
            JsonNode additional = Nodes.at(schema, "additionalProperties");
            if (additional != null && additional.isObject()) {
                object.properties().forEach(member -> fillIn(member.getValue(), additional));
            }
        } else if (value.isArray()) {
            value.forEach(item -> fillIn(item, Nodes.at(schema, "items")));
        }
    }
}
