package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ModelTypes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the merge-relevant shape of a custom resource from its OpenAPI schema. */
final class SchemaTypes {
    private SchemaTypes() {}

    /** The type of the whole object: what the schema says, with the metadata that every object has. */
    static ValueType root(String kind, JsonNode schema) {
        Map<String, ValueType> fields = new LinkedHashMap<>(properties(schema, kind));
        fields.put("apiVersion", ValueType.STRING);
        fields.put("kind", ValueType.STRING);
        fields.put("metadata", ModelTypes.objectMeta());
        return new ValueType.Struct(kind, () -> fields, false, keepsUnknown(schema));
    }

    static ValueType of(JsonNode schema, String name) {
        if (schema == null) {
            return ValueType.ANY;
        }
        if (Nodes.flag(schema, "x-kubernetes-int-or-string")) {
            return new ValueType.Scalar(ValueType.ScalarKind.INT_OR_STRING);
        }
        boolean atomic = "atomic".equals(Nodes.text(schema, "x-kubernetes-map-type"));
        String type = String.valueOf(Nodes.text(schema, "type"));
        return switch (type) {
            case "object" -> {
                if (schema.has("properties")) {
                    Map<String, ValueType> fields = properties(schema, name);
                    yield new ValueType.Struct(name, () -> fields, atomic, keepsUnknown(schema));
                }
                JsonNode additional = Nodes.at(schema, "additionalProperties");
                yield additional != null
                        ? new ValueType.MapOf(of(additional.isObject() ? additional : null, name), atomic)
                        : ValueType.ANY;
            }
            case "array" -> list(schema, name);
            case "string" -> ValueType.STRING;
            case "integer" -> new ValueType.Scalar(ValueType.ScalarKind.INTEGER);
            case "number" -> new ValueType.Scalar(ValueType.ScalarKind.NUMBER);
            case "boolean" -> new ValueType.Scalar(ValueType.ScalarKind.BOOLEAN);
            default -> ValueType.ANY;
        };
    }

    private static ValueType list(JsonNode schema, String name) {
        JsonNode items = Nodes.at(schema, "items");
        ValueType element = of(items, name + "[]");
        List<String> keys = new ArrayList<>();
        Nodes.each(schema, "x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        Map<String, JsonNode> defaults = new LinkedHashMap<>();
        for (String key : keys) {
            JsonNode value = Nodes.at(items, "properties", key, "default");
            if (value != null) {
                defaults.put(key, value);
            }
        }
        return switch (String.valueOf(Nodes.text(schema, "x-kubernetes-list-type"))) {
            case "map" -> new ValueType.ListOf(element, ValueType.ListKind.MAP, keys, defaults);
            case "set" -> new ValueType.ListOf(element, ValueType.ListKind.SET, List.of(), Map.of());
            default -> ValueType.atomicList(element);
        };
    }

    private static Map<String, ValueType> properties(JsonNode schema, String name) {
        Map<String, ValueType> fields = new LinkedHashMap<>();
        JsonNode properties = Nodes.at(schema, "properties");
        if (properties != null) {
            properties.properties().forEach(p -> fields.put(p.getKey(), of(p.getValue(), name + "." + p.getKey())));
        }
        return fields;
    }

    static boolean keepsUnknown(JsonNode schema) {
        return Nodes.flag(schema, "x-kubernetes-preserve-unknown-fields");
    }
}
