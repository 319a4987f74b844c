package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Iterator;

/** JSON whose text depends on nothing but its content: fields by name, no white space. */
final class CanonicalJson {

    static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private CanonicalJson() {}

    static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes fields that are {@code null}, at every depth, in place: an API server reads them as absent. */
    static <T extends JsonNode> T dropNulls(T node) {
        if (node instanceof ObjectNode object) {
            for (Iterator<JsonNode> values = object.iterator(); values.hasNext(); ) {
                JsonNode value = values.next();
                if (value.isNull()) {
                    values.remove();
                } else {
                    dropNulls(value);
                }
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(CanonicalJson::dropNulls);
        }
        return node;
    }

    /** Removes a field, and the objects around it that become empty, in place. */
    static void removePath(ObjectNode root, String... path) {
        removePath(root, path, 0);
    }

    private static void removePath(ObjectNode node, String[] path, int depth) {
        if (depth == path.length - 1) {
            node.remove(path[depth]);
        } else if (node.get(path[depth]) instanceof ObjectNode child) {
            removePath(child, path, depth + 1);
            if (child.isEmpty()) {
                node.remove(path[depth]);
            }
        }
    }
}
