package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/**
 * A set of fields as {@code managedFields} writes it ({@code FieldsV1}): a trie whose keys are {@code f:<name>} for a field,
 * {@code k:{…}} for a list's element by its keys, {@code v:<value>} for one by its value, and {@code .} for the node itself.
 */
final class FieldSet {

    private static final String NODE_ITSELF = ".";

    private FieldSet() {}

    /** The fields of both, as a new set. */
    static ObjectNode union(JsonNode one, JsonNode other) {
        ObjectNode result = one.deepCopy();
        addAll(result, other);
        return result;
    }

    private static void addAll(ObjectNode into, JsonNode from) {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            if (into.get(entry.getKey()) instanceof ObjectNode present) {
                addAll(present, entry.getValue());
            } else {
                into.set(entry.getKey(), entry.getValue().deepCopy());
            }
        }
    }

    /** The fields of the first that are not in the second, as a new set. */
    static ObjectNode minus(JsonNode one, JsonNode other) {
        ObjectNode result = one.deepCopy();
        for (Map.Entry<String, JsonNode> entry : other.properties()) {
            JsonNode present = result.get(entry.getKey());
            if (present == null) {
                continue;
            }
            ObjectNode rest = minus(present, entry.getValue());
            if (rest.isEmpty()) {
                result.remove(entry.getKey());
            } else {
                result.set(entry.getKey(), rest);
            }
        }
        return result;
    }

    /** Removes a field and everything below it, in place, and the branches that become empty. */
    static void remove(ObjectNode set, String... names) {
        CanonicalJson.removePath(set, keys(names));
    }

    static boolean contains(JsonNode set, String... names) {
        JsonNode node = set;
        for (String key : keys(names)) {
            node = node.path(key);
        }
        return !node.isMissingNode();
    }

    /** Removes the annotations whose name begins so, in place; returns them as a set of their own. */
    static ObjectNode takeAnnotations(ObjectNode set, String prefix) {
        ObjectNode taken = CanonicalJson.MAPPER.createObjectNode();
        if (set.path("f:metadata").path("f:annotations") instanceof ObjectNode annotations) {
            for (Iterator<Map.Entry<String, JsonNode>> entries =
                            annotations.properties().iterator();
                    entries.hasNext(); ) {
                Map.Entry<String, JsonNode> entry = entries.next();
                if (entry.getKey().startsWith("f:" + prefix)) {
                    taken.withObjectProperty("f:metadata")
                            .withObjectProperty("f:annotations")
                            .set(entry.getKey(), entry.getValue());
                    entries.remove();
                }
            }
            if (annotations.isEmpty()) {
                remove(set, "metadata", "annotations");
            }
        }
        return taken;
    }

    /** How many fields it names: a measure of who made the object. */
    static int size(JsonNode set) {
        int size = 0;
        for (JsonNode child : set) {
            size += child.isEmpty() ? 1 : size(child);
        }
        return size;
    }

    /** How many values it names, whoever wrote it: an update also owns the maps around them, an apply does not. */
    static int values(JsonNode set) {
        int values = 0;
        for (Map.Entry<String, JsonNode> entry : set.properties()) {
            if (!entry.getKey().equals(NODE_ITSELF)) {
                values += Math.max(1, values(entry.getValue()));
            }
        }
        return values;
    }

    /** How many of the first set's values are in the other, too. */
    static int shared(JsonNode one, JsonNode other) {
        int shared = 0;
        for (Map.Entry<String, JsonNode> entry : one.properties()) {
            JsonNode counterpart = other.path(entry.getKey());
            if (entry.getKey().equals(NODE_ITSELF) || counterpart.isMissingNode()) {
                continue;
            }
            int below = values(entry.getValue());
            shared +=
                    below == 0 || values(counterpart) == 0 ? Math.max(1, below) : shared(entry.getValue(), counterpart);
        }
        return shared;
    }

    private static String[] keys(String... names) {
        String[] keys = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            keys[i] = "f:" + names[i];
        }
        return keys;
    }
}
