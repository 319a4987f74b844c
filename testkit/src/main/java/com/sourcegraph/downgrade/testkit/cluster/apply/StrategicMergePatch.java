package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Strategic merge patches for built-in kinds: lists with a merge key merge by their first key; {@code $patch: replace},
 * {@code $patch: delete}, {@code $deleteFromPrimitiveList/…}, {@code $setElementOrder/…} and {@code $retainKeys} are
 * honoured. {@code $patch: merge} is what happens anyway.
 */
public final class StrategicMergePatch {
    private static final String DIRECTIVE = "$patch";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    private static final String RETAIN = "$retainKeys";

    public ObjectNode patch(ObjectNode target, ObjectNode patch, ValueType type) {
        if ("replace".equals(Nodes.text(patch, DIRECTIVE))) {
            ObjectNode replacement = patch.deepCopy();
            replacement.remove(DIRECTIVE);
            return replacement;
        }
        ObjectNode result = target.deepCopy();
        retain(result, patch);
        patch.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (name.startsWith("$")) {
                if (name.startsWith(DELETE_FROM)) {
                    deleteFrom(result, name.substring(DELETE_FROM.length()), value);
                }
                return;
            }
            if (value.isNull() || "delete".equals(Nodes.text(value, DIRECTIVE))) {
                result.remove(name);
                return;
            }
            JsonNode live = result.get(name);
            ValueType memberType = type.member(name);
            if (value instanceof ObjectNode object) {
                result.set(name, patch(live instanceof ObjectNode there ? there : Nodes.object(), object, memberType));
            } else if (value instanceof ArrayNode list
                    && memberType instanceof ValueType.ListOf listType
                    && listType.kind() != ValueType.ListKind.ATOMIC) {
                result.set(name, list(live, list, listType));
            } else {
                result.set(name, value.deepCopy());
            }
        });
        patch.properties().forEach(member -> {
            if (member.getKey().startsWith(ORDER)) {
                String name = member.getKey().substring(ORDER.length());
                if (result.get(name) instanceof ArrayNode list) {
                    result.set(name, ordered(list, member.getValue(), type.member(name)));
                }
            }
        });
        return result;
    }

    private ArrayNode list(JsonNode live, ArrayNode patch, ValueType.ListOf type) {
        List<JsonNode> result = new ArrayList<>();
        if (live != null) {
            live.forEach(result::add);
        }
        List<JsonNode> server = identities(result, type);
        if (type.kind() == ValueType.ListKind.SET) {
            patch.forEach(item -> {
                if (!result.contains(item)) {
                    result.add(item);
                }
            });
            return inServersOrder(result, server, patch, type);
        }
        for (JsonNode item : patch) {
            if ("replace".equals(Nodes.text(item, DIRECTIVE)) && item.size() == 1) {
                result.clear();
            }
        }
        String key = type.keys().get(0);
        for (JsonNode item : patch) {
            if (!item.has(key)) {
                if (item.has(DIRECTIVE)) {
                    continue;
                }
                throw new MissingMergeKey(item, key);
            }
            int index = indexOf(result, item.get(key), key);
            if ("delete".equals(Nodes.text(item, DIRECTIVE))) {
                if (index >= 0) {
                    result.remove(index);
                }
            } else if (index >= 0) {
                result.set(index, patch((ObjectNode) result.get(index), (ObjectNode) item, type.element()));
            } else {
                result.add(patch(Nodes.object(), (ObjectNode) item, type.element()));
            }
        }
        return inServersOrder(result, server, patch, type);
    }

    private static List<JsonNode> identities(Iterable<JsonNode> items, ValueType.ListOf type) {
        List<JsonNode> result = new ArrayList<>();
        items.forEach(item -> result.add(identity(item, type)));
        return result;
    }

    private static JsonNode identity(JsonNode item, ValueType.ListOf type) {
        return type.keys().isEmpty() ? item : item.get(type.keys().get(0));
    }

    /**
     * What only the server has keeps its place before what follows it in the server's list; what is new in the patch comes
     * before what only the server has.
     */
    private static ArrayNode inServersOrder(
            List<JsonNode> merged, List<JsonNode> server, ArrayNode patch, ValueType.ListOf type) {
        List<JsonNode> patched = identities(patch, type);
        List<JsonNode> ours = new ArrayList<>();
        List<JsonNode> theirs = new ArrayList<>();
        merged.forEach(item -> (patched.contains(identity(item, type)) ? theirs : ours).add(item));
        theirs.sort(java.util.Comparator.comparingInt(item -> patched.indexOf(identity(item, type))));
        ArrayNode result = Nodes.array();
        int i = 0;
        int j = 0;
        while (i < ours.size() || j < theirs.size()) {
            boolean left = j == theirs.size();
            if (!left && i < ours.size()) {
                int there = server.indexOf(identity(theirs.get(j), type));
                left = there >= 0 && server.indexOf(identity(ours.get(i), type)) < there;
            }
            result.add(left ? ours.get(i++) : theirs.get(j++));
        }
        return result;
    }

    private static int indexOf(List<JsonNode> list, JsonNode value, String key) {
        for (int i = 0; i < list.size(); i++) {
            if (value.equals(list.get(i).get(key))) {
                return i;
            }
        }
        return -1;
    }

    private static void deleteFrom(ObjectNode object, String name, JsonNode values) {
        if (object.get(name) instanceof ArrayNode list) {
            ArrayNode kept = Nodes.array();
            Set<String> gone = new TreeSet<>();
            values.forEach(value -> gone.add(value.toString()));
            list.forEach(item -> {
                if (!gone.contains(item.toString())) {
                    kept.add(item);
                }
            });
            object.set(name, kept);
        }
    }

    private static void retain(ObjectNode object, ObjectNode patch) {
        if (patch.get(RETAIN) instanceof ArrayNode keys) {
            Set<String> kept = new TreeSet<>();
            keys.forEach(key -> kept.add(key.asText()));
            object.retain(kept);
        }
    }

    /** Elements in the stated order; those that it does not name stay where they were, relative to what precedes them. */
    private static ArrayNode ordered(ArrayNode list, JsonNode order, ValueType type) {
        String key =
                type instanceof ValueType.ListOf listType && !listType.keys().isEmpty()
                        ? listType.keys().get(0)
                        : null;
        List<JsonNode> wanted = new ArrayList<>();
        order.forEach(item -> wanted.add(key == null ? item : item.get(key)));
        List<JsonNode> named = new ArrayList<>();
        for (JsonNode identity : wanted) {
            for (JsonNode item : list) {
                if (identity.equals(key == null ? item : item.get(key))) {
                    named.add(item);
                }
            }
        }
        ArrayNode result = Nodes.array();
        int next = 0;
        for (JsonNode item : list) {
            boolean isNamed = named.contains(item);
            result.add(isNamed ? named.get(next++) : item);
        }
        return result;
    }
}
