package com.sourcegraph.downgrade.testkit.cluster.schema;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The types of the built-in kinds, read from the Fabric8 model classes, with the merge markers that those classes do not
 * carry. A type is a constant of its class, so the types are computed once in a process.
 */
public final class ModelTypes {
    private static final Map<Class<?>, ValueType> STRUCTS = new ConcurrentHashMap<>();

    /** Go's {@code []byte}; the model classes have texts there. */
    private static final Set<String> BYTES = Set.of("Secret.data{}", "ConfigMap.binaryData{}");

    private ModelTypes() {}

    public static ValueType of(Class<?> model) {
        return struct(model);
    }

    /** The type of {@code metadata}, the same for every kind. */
    public static ValueType objectMeta() {
        return struct(ObjectMeta.class);
    }

    private static ValueType struct(Class<?> model) {
        ValueType known = STRUCTS.get(model);
        if (known != null) {
            return known;
        }
        ValueType fresh = new ValueType.Struct(
                model.getSimpleName(),
                new FieldsOnce(model),
                MergeMarkers.ATOMIC_TYPES.contains(model.getSimpleName()),
                model.getSimpleName().equals("FieldsV1"));
        ValueType earlier = STRUCTS.putIfAbsent(model, fresh);
        return earlier == null ? fresh : earlier;
    }

    private static final class FieldsOnce implements java.util.function.Supplier<Map<String, ValueType>> {
        private final Class<?> model;
        private volatile Map<String, ValueType> fields;

        FieldsOnce(Class<?> model) {
            this.model = model;
        }

        @Override
        public Map<String, ValueType> get() {
            Map<String, ValueType> known = fields;
            if (known == null) {
                known = fieldsOf(model);
                fields = known;
            }
            return known;
        }
    }

    private static Map<String, ValueType> fieldsOf(Class<?> model) {
        JavaType type = Nodes.MAPPER.constructType(model);
        Map<String, ValueType> fields = new LinkedHashMap<>();
        for (BeanPropertyDefinition property :
                Nodes.MAPPER.getDeserializationConfig().introspect(type).findProperties()) {
            JavaType propertyType = property.getPrimaryType();
            if (propertyType != null && !property.getName().equals("additionalProperties")) {
                fields.put(property.getName(), type(model.getSimpleName() + "." + property.getName(), propertyType));
            }
        }
        return fields;
    }

    private static ValueType type(String place, JavaType type) {
        Class<?> raw = type.getRawClass();
        if (type.isCollectionLikeType()) {
            return list(place, type(place + "[]", type.getContentType()));
        }
        if (type.isMapLikeType()) {
            JavaType content = type.getContentType();
            return new ValueType.MapOf(type(place + "{}", content), MergeMarkers.ATOMIC_MAPS.contains(place));
        }
        if (raw == Quantity.class) {
            return new ValueType.Scalar(ValueType.ScalarKind.QUANTITY);
        }
        if (raw == IntOrString.class) {
            return new ValueType.Scalar(ValueType.ScalarKind.INT_OR_STRING);
        }
        if (BYTES.contains(place)) {
            return new ValueType.Scalar(ValueType.ScalarKind.BYTES);
        }
        if (raw == String.class || raw == MicroTime.class || raw.isEnum()) {
            return ValueType.STRING;
        }
        if (raw == Boolean.class || raw == boolean.class) {
            return new ValueType.Scalar(ValueType.ScalarKind.BOOLEAN);
        }
        if (raw == Integer.class || raw == Long.class || raw == int.class || raw == long.class) {
            return new ValueType.Scalar(ValueType.ScalarKind.INTEGER);
        }
        if (raw == Double.class || raw == Float.class) {
            return new ValueType.Scalar(ValueType.ScalarKind.NUMBER);
        }
        if (raw.isInterface()
                || JsonNode.class.isAssignableFrom(raw)
                || !raw.getName().startsWith("io.fabric8")) {
            return ValueType.ANY;
        }
        // JSONSchemaProps and what it is made of have members that are scalar, object or list in turn.
        if (raw.getSimpleName().startsWith("JSONSchemaProps")
                || raw.getSimpleName().equals("RawExtension")) {
            return ValueType.ANY;
        }
        return struct(raw);
    }

    private static ValueType list(String place, ValueType element) {
        List<String> keys = MergeMarkers.MAP_LISTS.get(place);
        if (keys != null) {
            Map<String, JsonNode> defaults = new LinkedHashMap<>();
            for (String key : keys) {
                String value = MergeMarkers.KEY_DEFAULTS.get(key);
                if (value != null) {
                    defaults.put(key, TextNode.valueOf(value));
                }
            }
            return new ValueType.ListOf(element, ValueType.ListKind.MAP, keys, defaults);
        }
        if (MergeMarkers.SET_LISTS.contains(place)) {
            return new ValueType.ListOf(element, ValueType.ListKind.SET, List.of(), Map.of());
        }
        return ValueType.atomicList(element);
    }
}
