package com.sourcegraph.downgrade.testkit.cluster.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Short ways to read Kubernetes objects that are held as JSON trees. A missing member reads as null or empty. */
public final class Nodes {
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private Nodes() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static JsonNode parse(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node at that path of member names; null where a step is missing or JSON null. */
    public static JsonNode at(JsonNode node, String... path) {
        JsonNode here = node;
        for (String step : path) {
            if (here == null) {
                return null;
            }
            here = here.get(step);
        }
        return here == null || here.isNull() ? null : here;
    }

    public static String text(JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found == null ? null : found.asText();
    }

    public static long number(JsonNode node, long otherwise, String... path) {
        JsonNode found = at(node, path);
        return found == null ? otherwise : found.asLong(otherwise);
    }

    public static int count(JsonNode node, int otherwise, String... path) {
        return (int) number(node, otherwise, path);
    }

    public static boolean flag(JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found != null && found.asBoolean();
    }

    /** The elements at that path; empty where there is no list. */
    public static Iterable<JsonNode> each(JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found != null && found.isArray() ? found : array();
    }

    /** The object at that member, made where it is missing. */
    public static ObjectNode child(ObjectNode node, String member) {
        JsonNode found = node.get(member);
        return found instanceof ObjectNode there ? there : node.putObject(member);
    }

    public static ObjectNode metadata(ObjectNode object) {
        return child(object, "metadata");
    }

    public static String name(JsonNode object) {
        return text(object, "metadata", "name");
    }

    public static String namespace(JsonNode object) {
        return text(object, "metadata", "namespace");
    }

    public static String uid(JsonNode object) {
        return text(object, "metadata", "uid");
    }

    public static Map<String, String> strings(JsonNode node, String... path) {
        Map<String, String> result = new LinkedHashMap<>();
        JsonNode found = at(node, path);
        if (found != null) {
            found.properties().forEach(e -> result.put(e.getKey(), e.getValue().asText()));
        }
        return result;
    }

    /** Gives an object the other one's member, also where that has none. */
    public static void copy(ObjectNode from, ObjectNode to, String member) {
        JsonNode value = from.get(member);
        if (value == null) {
            to.remove(member);
        } else {
            to.set(member, value);
        }
    }
}
