package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The CEL types of a schema, so that a rule which names a field that does not exist is refused with the definition. */
final class CelSchemaTypes implements CelTypeProvider {
    private final Map<String, CelType> structs = new LinkedHashMap<>();

    CelType of(JsonNode schema, String name, boolean root) {
        if (schema == null
                || Nodes.flag(schema, "x-kubernetes-int-or-string")
                || SchemaTypes.keepsUnknown(schema)
                || Nodes.flag(schema, "nullable")) {
            return SimpleType.DYN;
        }
        return switch (String.valueOf(Nodes.text(schema, "type"))) {
            case "object" -> object(schema, name, root);
            case "array" -> ListType.create(of(Nodes.at(schema, "items"), name + ".@idx", false));
            case "string" ->
                switch (String.valueOf(Nodes.text(schema, "format"))) {
                    case "date-time", "date" -> SimpleType.TIMESTAMP;
                    case "duration" -> SimpleType.DURATION;
                    default -> SimpleType.STRING;
                };
            case "integer" -> SimpleType.INT;
            case "number" -> SimpleType.DOUBLE;
            case "boolean" -> SimpleType.BOOL;
            default -> SimpleType.DYN;
        };
    }

    private CelType object(JsonNode schema, String name, boolean root) {
        JsonNode properties = Nodes.at(schema, "properties");
        if (properties == null && !root) {
            JsonNode additional = Nodes.at(schema, "additionalProperties");
            return additional == null
                    ? SimpleType.DYN
                    : MapType.create(
                            SimpleType.STRING, of(additional.isObject() ? additional : null, name + ".@elem", false));
        }
        Map<String, CelType> fields = new LinkedHashMap<>();
        if (properties != null) {
            properties.properties().forEach(property -> {
                String below = name + "." + property.getKey();
                fields.put(CelValues.escaped(property.getKey()), of(property.getValue(), below, false));
            });
        }
        if (root) {
            fields.put("apiVersion", SimpleType.STRING);
            fields.put("kind", SimpleType.STRING);
            fields.put(
                    "metadata",
                    struct(name + ".metadata", Map.of("name", SimpleType.STRING, "generateName", SimpleType.STRING)));
        }
        return struct(name, fields);
    }

    private CelType struct(String name, Map<String, CelType> fields) {
        CelType type = StructType.create(
                name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
        structs.put(name, type);
        return type;
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.copyOf(structs.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(structs.get(name));
    }
}
