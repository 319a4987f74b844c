package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.GoText;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Finds what keeps a configuration from being applied at all: fields that the schema does not have, keys stated twice. */
public final class TypedCheck {
    private TypedCheck() {}

    /** The first thing that is wrong, in the words of the server's typed merge. */
    public static Optional<String> fault(JsonNode value, ValueType type) {
        return fault(value, type, "");
    }

    private static Optional<String> fault(JsonNode value, ValueType type, String path) {
        if (value == null || value.isNull() || type instanceof ValueType.Any) {
            return Optional.empty();
        }
        if (type instanceof ValueType.Struct || type instanceof ValueType.MapOf) {
            if (!value.isObject()) {
                return Optional.of(path + ": expected map, got " + shown(value));
            }
            for (var member : value.properties()) {
                String here = path + "." + member.getKey();
                if (type instanceof ValueType.Struct struct
                        && !struct.open()
                        && !struct.fields().containsKey(member.getKey())) {
                    return Optional.of(here + ": field not declared in schema");
                }
                Optional<String> below = fault(member.getValue(), type.member(member.getKey()), here);
                if (below.isPresent()) {
                    return below;
                }
            }
            return Optional.empty();
        }
        return type instanceof ValueType.ListOf list ? list(value, list, path) : Optional.empty();
    }

    private static Optional<String> list(JsonNode value, ValueType.ListOf type, String path) {
        if (!value.isArray()) {
            return Optional.of(path + ": expected list, got " + shown(value));
        }
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode item : value) {
            String element = "[" + index++ + "]";
            if (type.kind() != ValueType.ListKind.ATOMIC) {
                JsonNode only = Nodes.array().add(item);
                element = FieldSet.printed(
                        ListElements.of(only, type).keySet().iterator().next());
                if (!seen.add(element)) {
                    return Optional.of(path + ": duplicate entries for key " + element);
                }
            }
            Optional<String> below = fault(item, type.element(), path + element);
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private static String shown(JsonNode value) {
        return value.isContainerNode() ? "&{" + GoText.of(value) + "}" : "&{" + value.asText() + "}";
    }
}
