package com.sourcegraph.downgrade.testkit.cluster.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns what a client sent into what the API server would hold: null members dropped, quantities in canonical form,
 * unknown members dropped and named, and values of the wrong type refused.
 */
public final class Normalizer {
    /** A value of the wrong type; the message is that of the decoder, with the place. */
    public static final class WrongType extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongType(String message) {
            super(message);
        }
    }

    private final List<String> unknown = new ArrayList<>();

    /** Normalizes the object in place. */
    public void normalize(ObjectNode object, ValueType type) {
        members(object, type, "");
    }

    /** The members that were dropped because the schema does not know them, as paths. */
    public List<String> unknown() {
        return unknown;
    }

    private void members(ObjectNode object, ValueType type, String path) {
        List<String> drop = new ArrayList<>();
        object.properties().forEach(member -> {
            String here = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            JsonNode value = member.getValue();
            if (type instanceof ValueType.Struct struct
                    && !struct.open()
                    && !struct.fields().containsKey(member.getKey())) {
                unknown.add(here);
                drop.add(member.getKey());
            } else if (value.isNull()) {
                if (!(type instanceof ValueType.Any)) {
                    drop.add(member.getKey());
                }
            } else {
                member.setValue(value(value, type.member(member.getKey()), here));
            }
        });
        object.remove(drop);
    }

    private JsonNode value(JsonNode value, ValueType type, String path) {
        if (type instanceof ValueType.Scalar scalar) {
            return scalar(value, scalar.kind(), path);
        }
        if (type instanceof ValueType.ListOf list) {
            if (!(value instanceof ArrayNode array)) {
                throw wrong(path, "an array", value);
            }
            for (int i = 0; i < array.size(); i++) {
                if (!array.get(i).isNull()) {
                    array.set(i, value(array.get(i), list.element(), path + "[" + i + "]"));
                }
            }
            return array;
        }
        if (type instanceof ValueType.Any) {
            return value;
        }
        if (!(value instanceof ObjectNode object)) {
            throw wrong(path, "an object", value);
        }
        members(object, type, path);
        return object;
    }

    private static JsonNode scalar(JsonNode value, ValueType.ScalarKind kind, String path) {
        boolean fits =
                switch (kind) {
                    case STRING -> value.isTextual();
                    case INTEGER -> value.isIntegralNumber();
                    case NUMBER -> value.isNumber();
                    case BOOLEAN -> value.isBoolean();
                    case INT_OR_STRING -> value.isIntegralNumber() || value.isTextual();
                    case QUANTITY -> value.isNumber() || value.isTextual();
                };
        if (!fits) {
            throw wrong(path, kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), value);
        }
        if (kind == ValueType.ScalarKind.QUANTITY) {
            try {
                return TextNode.valueOf(Quantities.canonical(value.asText()));
            } catch (IllegalArgumentException e) {
                throw new WrongType(path + ": " + e.getMessage());
            }
        }
        return value;
    }

    private static WrongType wrong(String path, String wanted, JsonNode value) {
        return new WrongType(
                "json: cannot unmarshal " + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                        + " into field " + path + " of type " + wanted + ": " + abbreviated(Nodes.bytes(value)));
    }

    private static String abbreviated(byte[] json) {
        String text = new String(json, java.nio.charset.StandardCharsets.UTF_8);
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
