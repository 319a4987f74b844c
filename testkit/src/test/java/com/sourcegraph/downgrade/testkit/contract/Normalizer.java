package com.sourcegraph.downgrade.testkit.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Replaces what differs from run to run by names, so that equal things keep equal names: the first resource version seen
 * is {@code <version 1>}, and comes back as that where the object was not written in between. Members are put in order.
 */
final class Normalizer {
    private static final Pattern UID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern VERSION_IN_MESSAGE = Pattern.compile(
            "(?<=ResourceVersion in the precondition \\(|ResourceVersion in record \\(|old resource version: )\\d+");
    private static final Pattern VERSION_IN_BRACKETS =
            Pattern.compile("(?<=old resource version: [^ ]{1,20}) \\(\\d+\\)");
    private static final Pattern AGE = Pattern.compile("\\d+s");
    private static final String OF_THE_LIST = "<version of the list>";

    private final Map<String, String> uids = new LinkedHashMap<>();
    private final Map<String, String> versions = new HashMap<>();
    private final Map<String, String> known = new LinkedHashMap<>();

    /** From now on this text is shown by that name. */
    void name(String text, String name) {
        if (!text.isEmpty()) {
            known.putIfAbsent(text, "<" + name + ">");
        }
    }

    JsonNode normalize(JsonNode node) {
        return node(node, "");
    }

    private JsonNode node(JsonNode node, String member) {
        if (node instanceof ObjectNode object) {
            return object(object);
        }
        if (node instanceof ArrayNode array) {
            return array(array, member);
        }
        if (member.equals("nodePort") || member.equals("healthCheckNodePort")) {
            return TextNode.valueOf("<port>");
        }
        return node.isTextual() ? TextNode.valueOf(member(node.textValue(), member)) : node;
    }

    private ObjectNode object(ObjectNode object) {
        ObjectNode result = Nodes.object();
        String kind = String.valueOf(Nodes.text(object, "kind"));
        if (object.has("type")
                && object.path("object").isObject()
                && object.get("type").asText().equals("BOOKMARK")) {
            versionOfAll(object.get("object"));
        } else if (kind.endsWith("List") && object.has("items") || kind.equals("Table")) {
            versionOfAll(object);
        }
        for (String name : names(object)) {
            if (name.equals("storageVersionHash")) {
                // Of use only to whoever migrates stored objects.
                continue;
            }
            JsonNode value = node(object.get(name), name);
            // One line for a field set: nobody reads it member by member.
            result.set(text(name), name.equals("fieldsV1") ? TextNode.valueOf(value.toString()) : value);
        }
        return result;
    }

    /** The version of a collection moves with whatever is written anywhere. */
    private static void versionOfAll(JsonNode collection) {
        if (collection.path("metadata") instanceof ObjectNode metadata && metadata.has("resourceVersion")) {
            metadata.put("resourceVersion", OF_THE_LIST);
        }
    }

    private JsonNode array(ArrayNode array, String member) {
        List<JsonNode> items = new ArrayList<>();
        array.forEach(item -> items.add(node(item, member)));
        if (member.equals("managedFields")) {
            // The server sorts by time before name: two managers change places at the turn of a second.
            items.sort(Comparator.comparing((JsonNode entry) -> String.valueOf(Nodes.text(entry, "operation")))
                    .thenComparing(entry -> String.valueOf(Nodes.text(entry, "manager")))
                    .thenComparing(entry -> String.valueOf(Nodes.text(entry, "subresource"))));
        }
        if (member.equals("causes") && items.size() > 1) {
            // A schema's errors come in the order of a map, which is another one each time.
            items.sort(Comparator.comparing(JsonNode::toString));
        }
        return Nodes.array().addAll(items);
    }

    private static TreeSet<String> names(ObjectNode object) {
        TreeSet<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private String member(String value, String member) {
        return switch (member) {
            case "resourceVersion" -> value.matches("\\d+") ? version(value) : value;
            case "cells" -> AGE.matcher(value).matches() ? "<age>" : text(value);
            case "clusterIP", "clusterIPs" -> value.equals("None") ? value : "<address>";
            case "continue" -> value.isEmpty() ? value : "<token>";
            case "message" ->
                text(value.replaceFirst("(?s)^(\\S+ \"[^\"]*\" is invalid: )\\[.*", "$1[<the causes in some order>]"));
            default -> text(value);
        };
    }

    private String version(String value) {
        return versions.computeIfAbsent(value, v -> "<version " + (versions.size() + 1) + ">");
    }

    String text(String value) {
        String result = value;
        for (Map.Entry<String, String> entry : known.entrySet()) {
            result = result.replace(entry.getKey(), entry.getValue());
        }
        result = UID.matcher(result)
                .replaceAll(found -> uids.computeIfAbsent(found.group(), u -> "<uid " + (uids.size() + 1) + ">"));
        result = TIME.matcher(result).replaceAll("<time>");
        result = VERSION_IN_BRACKETS.matcher(result).replaceAll(" (<version of the list>)");
        return VERSION_IN_MESSAGE.matcher(result).replaceAll(found -> version(found.group()));
    }
}
