package com.sourcegraph.downgrade.testkit.cluster.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The shape of a value, as far as field ownership, merging, pruning and type checks need it. The names follow the
 * Kubernetes schema markers: list types {@code atomic}, {@code set} and {@code map}; map type {@code atomic} or granular.
 */
public sealed interface ValueType {
    /** A scalar of one JSON type. */
    record Scalar(ScalarKind kind) implements ValueType {}

    enum ScalarKind {
        STRING,
        INTEGER,
        NUMBER,
        BOOLEAN,
        INT_OR_STRING,
        QUANTITY,
        /** Bytes, written as base64. */
        BYTES
    }

    /**
     * An object with named fields. The fields are looked up lazily because types may contain themselves.
     *
     * @param open whether fields beside the named ones are kept
     */
    record Struct(String name, Supplier<Map<String, ValueType>> fieldSource, boolean atomic, boolean open)
            implements ValueType {
        public Map<String, ValueType> fields() {
            return fieldSource.get();
        }

        @Override
        public String toString() {
            return "Struct " + name;
        }
    }

    /** An object whose members are all of one type and not named by the schema, such as labels. */
    record MapOf(ValueType element, boolean atomic) implements ValueType {}

    enum ListKind {
        ATOMIC,
        SET,
        MAP
    }

    /**
     * A list.
     *
     * @param keys for {@link ListKind#MAP}: the members of an element that identify it
     * @param keyDefaults what a missing key counts as
     */
    record ListOf(ValueType element, ListKind kind, List<String> keys, Map<String, JsonNode> keyDefaults)
            implements ValueType {}

    /** Nothing is known: objects merge member by member, lists are atomic. */
    record Any() implements ValueType {}

    ValueType ANY = new Any();
    ValueType STRING = new Scalar(ScalarKind.STRING);

    /** The type of a member of this object type; {@link #ANY} where nothing is known about it. */
    default ValueType member(String name) {
        if (this instanceof Struct struct) {
            return struct.fields().getOrDefault(name, ANY);
        }
        return this instanceof MapOf map ? map.element() : ANY;
    }

    /** Whether the schema names this member, as it names the fields of a struct but not the keys of a map. */
    default boolean names(String member) {
        return this instanceof Struct struct && struct.fields().containsKey(member);
    }

    default boolean isAtomic() {
        if (this instanceof Struct struct) {
            return struct.atomic();
        }
        if (this instanceof MapOf map) {
            return map.atomic();
        }
        return this instanceof ListOf list && list.kind() == ListKind.ATOMIC;
    }

    static ListOf atomicList(ValueType element) {
        return new ListOf(element, ListKind.ATOMIC, List.of(), Map.of());
    }
}
