package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The four operations that server-side apply is made of: which fields a value has, merging one value into another,
 * comparing two, and removing a set of fields. Null counts as absent but where two values are compared.
 */
final class TypedValues {
    /** What differs between two values. */
    record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {
        boolean isSame() {
            return added.isEmpty() && modified.isEmpty() && removed.isEmpty();
        }
    }

    private TypedValues() {}

    /** The fields that this value states. */
    static FieldSet fields(JsonNode value, ValueType type) {
        FieldSet set = new FieldSet();
        fields(value, type, new ArrayList<>(), set);
        return set;
    }

    private static void fields(JsonNode value, ValueType type, List<String> path, FieldSet into) {
        boolean leaf = absent(value) || type.isAtomic() || !value.isContainerNode();
        if (leaf || value.isArray() && !(type instanceof ValueType.ListOf)) {
            if (!path.isEmpty()) {
                into.insert(path);
            }
            return;
        }
        if (value.isArray()) {
            ListElements.of(value, (ValueType.ListOf) type).forEach((element, item) -> {
                path.add(element);
                fields(item, ((ValueType.ListOf) type).element(), path, into);
                into.insert(path);
                path.remove(path.size() - 1);
            });
            return;
        }
        value.properties().forEach(member -> {
            path.add("f:" + member.getKey());
            JsonNode item = member.getValue();
            fields(item, type.member(member.getKey()), path, into);
            if (item.isObject() && item.isEmpty() || !type.names(member.getKey())) {
                into.insert(path);
            }
            path.remove(path.size() - 1);
        });
    }

    /** The left value with everything that the right one states laid over it. */
    static JsonNode merge(JsonNode left, JsonNode right, ValueType type) {
        if (absent(left) || absent(right)) {
            return absent(right) ? left : right.deepCopy();
        }
        if (type.isAtomic() || left.getNodeType() != right.getNodeType() || !right.isContainerNode()) {
            return right.deepCopy();
        }
        if (right.isObject()) {
            ObjectNode result = ((ObjectNode) left).deepCopy();
            right.properties().forEach(member -> {
                JsonNode merged = merge(left.get(member.getKey()), member.getValue(), type.member(member.getKey()));
                if (absent(merged)) {
                    result.remove(member.getKey());
                } else {
                    result.set(member.getKey(), merged);
                }
            });
            return result;
        }
        return type instanceof ValueType.ListOf list ? mergeList(left, right, list) : right.deepCopy();
    }

    /** Elements take the order of the right list; those that only the left one has stay before what followed them. */
    private static JsonNode mergeList(JsonNode left, JsonNode right, ValueType.ListOf type) {
        Map<String, JsonNode> ours = ListElements.of(left, type);
        Map<String, JsonNode> theirs = ListElements.of(right, type);
        List<String> leftOrder = new ArrayList<>(ours.keySet());
        ArrayNode result = Nodes.array();
        int next = 0;
        for (Map.Entry<String, JsonNode> element : theirs.entrySet()) {
            while (next < leftOrder.size() && !theirs.containsKey(leftOrder.get(next))) {
                result.add(ours.get(leftOrder.get(next++)));
            }
            if (next < leftOrder.size() && leftOrder.get(next).equals(element.getKey())) {
                next++;
            }
            result.add(merge(ours.get(element.getKey()), element.getValue(), type.element()));
        }
        for (; next < leftOrder.size(); next++) {
            if (!theirs.containsKey(leftOrder.get(next))) {
                result.add(ours.get(leftOrder.get(next)));
            }
        }
        return result;
    }

    static Comparison compare(JsonNode before, JsonNode after, ValueType type) {
        Comparison comparison = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        compare(before, after, type, new ArrayList<>(), comparison);
        return comparison;
    }

    private static void compare(JsonNode before, JsonNode after, ValueType type, List<String> path, Comparison into) {
        if (missing(before) && missing(after)) {
            return;
        }
        JsonNode sample = missing(after) ? before : after;
        boolean sameShape = missing(before) || missing(after) || before.getNodeType() == after.getNodeType();
        boolean bothEmpty = (missing(before) || before.isEmpty()) && (missing(after) || after.isEmpty());
        boolean leaf = !sample.isContainerNode()
                || type.isAtomic()
                || !sameShape
                || bothEmpty
                || sample.isArray() && !(type instanceof ValueType.ListOf);
        if (!leaf && sample.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            names(before, names);
            names(after, names);
            for (String name : names) {
                path.add("f:" + name);
                compare(member(before, name), member(after, name), type.member(name), path, into);
                path.remove(path.size() - 1);
            }
        } else if (!leaf) {
            ValueType.ListOf list = (ValueType.ListOf) type;
            Map<String, JsonNode> ours = ListElements.of(missing(before) ? null : before, list);
            Map<String, JsonNode> theirs = ListElements.of(missing(after) ? null : after, list);
            TreeSet<String> names = new TreeSet<>(ours.keySet());
            names.addAll(theirs.keySet());
            for (String name : names) {
                path.add(name);
                compare(ours.get(name), theirs.get(name), list.element(), path, into);
                path.remove(path.size() - 1);
            }
        }
        if (path.isEmpty()) {
            return;
        }
        if (missing(before)) {
            into.added().insert(path);
        } else if (missing(after)) {
            into.removed().insert(path);
        } else if (leaf && !before.equals(after)) {
            into.modified().insert(path);
        }
    }

    private static void names(JsonNode object, TreeSet<String> into) {
        if (!absent(object)) {
            object.fieldNames().forEachRemaining(into::add);
        }
    }

    private static JsonNode member(JsonNode object, String name) {
        return absent(object) ? null : object.get(name);
    }

    /** The value without those fields; null where nothing is left of it. */
    static JsonNode remove(JsonNode value, FieldSet fields, ValueType type) {
        if (absent(value) || !value.isContainerNode()) {
            return value;
        }
        if (type.isAtomic() || value.isEmpty()) {
            return null;
        }
        if (value.isObject()) {
            ObjectNode result = Nodes.object();
            value.properties().forEach(member -> {
                String element = "f:" + member.getKey();
                if (fields.has(element)) {
                    return;
                }
                JsonNode kept = member.getValue();
                FieldSet below = fields.below(element);
                if (!below.isEmpty()) {
                    kept = remove(kept, below, type.member(member.getKey()));
                }
                if (!absent(kept)) {
                    result.set(member.getKey(), kept);
                }
            });
            return result.isEmpty() ? null : result;
        }
        if (!(type instanceof ValueType.ListOf list)) {
            return value;
        }
        ArrayNode result = Nodes.array();
        ListElements.of(value, list).forEach((element, item) -> {
            if (fields.has(element)) {
                return;
            }
            FieldSet below = fields.below(element);
            JsonNode kept = below.isEmpty() ? item : remove(item, below, list.element());
            if (!absent(kept)) {
                result.add(kept);
            }
        });
        return result.isEmpty() ? null : result;
    }

    /** Not there at all. A null that is stored (of a nullable field) is a value that somebody has set. */
    private static boolean missing(JsonNode node) {
        return node == null || node.isMissingNode();
    }

    private static boolean absent(JsonNode node) {
        return node == null || node.isNull() || node.isMissingNode();
    }
}
