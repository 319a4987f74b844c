package com.sourcegraph.downgrade.testkit.cluster.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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

    /**
     * Where a value stands: the path with indices, as unknown fields are named, and the struct and the path without them,
     * as the decoder names wrong types.
     */
    private record Place(String path, String struct, String field) {
        Place member(String name, ValueType type) {
            String below = path.isEmpty() ? name : path + "." + name;
            return type instanceof ValueType.Struct named
                    ? new Place(below, named.name(), field.isEmpty() ? name : field + "." + name)
                    : new Place(below, struct, field);
        }

        Place element(int index) {
            return new Place(path + "[" + index + "]", struct, field);
        }
    }

    /** Normalizes the object in place. */
    public void normalize(ObjectNode object, ValueType type) {
        members(object, type, new Place("", "", ""));
    }

    /** The members that were dropped because the schema does not know them, as paths. */
    public List<String> unknown() {
        return unknown;
    }

    private void members(ObjectNode object, ValueType type, Place place) {
        List<String> drop = new ArrayList<>();
        object.properties().forEach(member -> {
            Place here = place.member(member.getKey(), type);
            JsonNode value = member.getValue();
            if (type instanceof ValueType.Struct struct
                    && !struct.open()
                    && !struct.fields().containsKey(member.getKey())) {
                unknown.add(here.path());
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

    private JsonNode value(JsonNode value, ValueType type, Place place) {
        if (type instanceof ValueType.Scalar scalar) {
            return scalar(value, scalar, place);
        }
        if (type instanceof ValueType.ListOf list) {
            if (!(value instanceof ArrayNode array)) {
                throw wrong(place, type, value);
            }
            for (int i = 0; i < array.size(); i++) {
                if (!array.get(i).isNull()) {
                    array.set(i, value(array.get(i), list.element(), place.element(i)));
                }
            }
            return array;
        }
        if (type instanceof ValueType.Any) {
            return value;
        }
        if (!(value instanceof ObjectNode object)) {
            throw wrong(place, type, value);
        }
        members(object, type, place);
        return object;
    }

    private static JsonNode scalar(JsonNode value, ValueType.Scalar type, Place place) {
        boolean fits =
                switch (type.kind()) {
                    case STRING, BYTES -> value.isTextual();
                    case INTEGER -> value.isIntegralNumber();
                    case NUMBER -> value.isNumber();
                    case BOOLEAN -> value.isBoolean();
                    case INT_OR_STRING -> value.isIntegralNumber() || value.isTextual();
                    case QUANTITY -> value.isNumber() || value.isTextual();
                };
        if (!fits) {
            throw wrong(place, type, value);
        }
        if (type.kind() == ValueType.ScalarKind.BYTES) {
            return TextNode.valueOf(Base64Text.canonical(value.asText()));
        }
        if (type.kind() == ValueType.ScalarKind.QUANTITY) {
            try {
                return TextNode.valueOf(Quantities.canonical(value.asText()));
            } catch (IllegalArgumentException e) {
                throw new WrongType(e.getMessage());
            }
        }
        return value;
    }

    private static WrongType wrong(Place place, ValueType wanted, JsonNode value) {
        String given = value.isBoolean() ? "bool" : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
        return new WrongType("json: cannot unmarshal " + given + " into Go struct field " + place.struct() + "."
                + place.field() + " of type " + goType(wanted));
    }

    private static String goType(ValueType type) {
        if (type instanceof ValueType.MapOf map) {
            return "map[string]" + goType(map.element());
        }
        if (type instanceof ValueType.ListOf list) {
            return "[]" + goType(list.element());
        }
        if (type instanceof ValueType.Struct struct) {
            return "v1." + struct.name();
        }
        if (!(type instanceof ValueType.Scalar scalar)) {
            return "interface {}";
        }
        return switch (scalar.kind()) {
            case INTEGER -> "int32";
            case NUMBER -> "float64";
            case BOOLEAN -> "bool";
            case INT_OR_STRING -> "intstr.IntOrString";
            case QUANTITY -> "resource.Quantity";
            case STRING -> "string";
            case BYTES -> "[]uint8";
        };
    }
}
