package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A set of paths into an object, as {@code managedFields[].fieldsV1} writes it: {@code f:name} a member, {@code k:{…}} a
 * list element by its keys, {@code v:…} a set element by its value. A path may be in the set without the paths below it
 * and the other way round.
 */
public final class FieldSet {
    private final TreeSet<String> members;
    private final TreeMap<String, FieldSet> children;

    public FieldSet() {
        this.members = new TreeSet<>();
        this.children = new TreeMap<>();
    }

    /** Reads {@code fieldsV1}. */
    public static FieldSet decode(JsonNode fieldsV1) {
        FieldSet set = new FieldSet();
        if (fieldsV1 != null) {
            fieldsV1.properties().forEach(entry -> {
                if (entry.getKey().equals(".")) {
                    return;
                }
                if (entry.getValue().isEmpty() || entry.getValue().has(".")) {
                    set.members.add(entry.getKey());
                }
                FieldSet child = decode(entry.getValue());
                if (!child.isEmpty()) {
                    set.children.put(entry.getKey(), child);
                }
            });
        }
        return set;
    }

    /** Writes {@code fieldsV1}. */
    public ObjectNode encode() {
        ObjectNode node = Nodes.object();
        TreeSet<String> elements = new TreeSet<>(members);
        elements.addAll(children.keySet());
        for (String element : elements) {
            FieldSet child = children.get(element);
            if (child == null) {
                node.putObject(element);
                continue;
            }
            ObjectNode inner = Nodes.object();
            if (members.contains(element)) {
                inner.putObject(".");
            }
            inner.setAll(child.encode());
            node.set(element, inner);
        }
        return node;
    }

    void insert(List<String> path) {
        FieldSet here = this;
        for (String element : path.subList(0, path.size() - 1)) {
            here = here.children.computeIfAbsent(element, e -> new FieldSet());
        }
        here.members.add(path.get(path.size() - 1));
    }

    public boolean isEmpty() {
        return members.isEmpty() && children.values().stream().allMatch(FieldSet::isEmpty);
    }

    boolean has(String element) {
        return members.contains(element);
    }

    /** What lies below that element; empty where nothing does. */
    FieldSet below(String element) {
        FieldSet child = children.get(element);
        return child == null ? new FieldSet() : child;
    }

    public FieldSet union(FieldSet other) {
        FieldSet result = new FieldSet();
        result.members.addAll(members);
        result.members.addAll(other.members);
        TreeSet<String> names = new TreeSet<>(children.keySet());
        names.addAll(other.children.keySet());
        names.forEach(name -> result.put(name, below(name).union(other.below(name))));
        return result;
    }

    public FieldSet difference(FieldSet other) {
        FieldSet result = new FieldSet();
        result.members.addAll(members);
        result.members.removeAll(other.members);
        children.forEach((name, child) -> result.put(name, child.difference(other.below(name))));
        return result;
    }

    public FieldSet intersection(FieldSet other) {
        FieldSet result = new FieldSet();
        result.members.addAll(members);
        result.members.retainAll(other.members);
        children.forEach((name, child) -> result.put(name, child.intersection(other.below(name))));
        return result;
    }

    /**
     * This set with every struct field that lies on the way to a member added. Removing a field then also removes the
     * struct that it leaves empty; keys of maps and elements of lists are not added, they live on their own.
     */
    FieldSet withNamedFields(ValueType type) {
        FieldSet result = new FieldSet();
        result.members.addAll(members);
        children.forEach((element, child) -> {
            ValueType below = ValueType.ANY;
            if (element.startsWith("f:")) {
                String name = element.substring(2);
                below = type.member(name);
                if (type.names(name)) {
                    result.members.add(element);
                }
            } else if (type instanceof ValueType.ListOf list) {
                below = list.element();
            }
            result.put(element, child.withNamedFields(below));
        });
        return result;
    }

    private void put(String element, FieldSet child) {
        if (!child.isEmpty()) {
            children.put(element, child);
        }
    }

    /** The members as people write paths: {@code .spec.template.spec.containers[name="x"].image}. */
    public List<String> paths() {
        List<String> result = new ArrayList<>();
        collect("", result);
        result.sort(Comparator.naturalOrder());
        return result;
    }

    private void collect(String prefix, List<String> into) {
        for (String member : members) {
            into.add(prefix + printed(member));
        }
        for (Map.Entry<String, FieldSet> child : children.entrySet()) {
            child.getValue().collect(prefix + printed(child.getKey()), into);
        }
    }

    static String printed(String element) {
        String rest = element.substring(2);
        if (element.startsWith("f:")) {
            return "." + rest;
        }
        if (element.startsWith("k:")) {
            try {
                List<String> keys = new ArrayList<>();
                Nodes.MAPPER.readTree(rest).properties().forEach(key -> keys.add(key.getKey() + "=" + key.getValue()));
                return "[" + String.join(",", keys) + "]";
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                return "[" + rest + "]";
            }
        }
        return element.startsWith("v:") ? "[=" + rest + "]" : "[" + rest + "]";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set && encode().equals(set.encode());
    }

    @Override
    public int hashCode() {
        return encode().hashCode();
    }

    @Override
    public String toString() {
        return paths().toString();
    }
}
