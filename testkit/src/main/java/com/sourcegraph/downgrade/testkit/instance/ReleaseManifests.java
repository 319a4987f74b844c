package com.sourcegraph.downgrade.testkit.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The manifests of one release, as one multi-document YAML text and its objects.
 *
 * @param objects in the order of the text; never changed
 */
public record ReleaseManifests(List<JsonNode> objects) {

    private static final Pattern DATABASE_VARIABLE = Pattern.compile("(CODEINTEL_|CODEINSIGHTS_)?PG[A-Z]+");

    private static final ObjectMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .loaderOptions(limits())
            .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build());

    public ReleaseManifests {
        objects = List.copyOf(objects);
    }

    private static org.yaml.snakeyaml.LoaderOptions limits() {
        org.yaml.snakeyaml.LoaderOptions options = new org.yaml.snakeyaml.LoaderOptions();
        options.setCodePointLimit(64 * 1024 * 1024);
        return options;
    }

    /** Reads a multi-document YAML text. */
    public static ReleaseManifests parse(String text) {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            List<JsonNode> objects = new ArrayList<>();
            while (values.hasNextValue()) {
                JsonNode object = values.nextValue();
                if (object != null && object.isObject()) {
                    objects.add(object);
                }
            }
            return new ReleaseManifests(objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The manifests with the frontend's database variables replaced by these, wherever the flavour keeps them. */
    public ReleaseManifests connectedTo(Map<String, String> environment) {
        List<JsonNode> connected = new ArrayList<>();
        for (JsonNode object : objects) {
            ObjectNode copy = object.deepCopy();
            if (is(copy, "ConfigMap", "sourcegraph-frontend-env")) {
                replace((ObjectNode) copy.get("data"), environment);
            } else if (is(copy, "Deployment", "sourcegraph-frontend")) {
                JsonNode pod = copy.at("/spec/template/spec");
                for (String list : List.of("initContainers", "containers")) {
                    pod.path(list).forEach(container -> replace(container, environment));
                }
            }
            connected.add(copy);
        }
        return new ReleaseManifests(connected);
    }

    /** The manifests without objects of these kinds: what no cluster of today serves, or what belongs to no namespace. */
    public ReleaseManifests without(String... kinds) {
        List<String> left = List.of(kinds);
        return new ReleaseManifests(objects.stream()
                .filter(object -> !left.contains(object.path("kind").asText()))
                .toList());
    }

    /** The namespace that the objects name; empty where they name none. */
    public String namespace() {
        return objects.stream()
                .map(object -> object.path("metadata").path("namespace").asText(""))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** As a text, one document an object. */
    public String yaml() {
        StringBuilder text = new StringBuilder();
        try {
            for (JsonNode object : objects) {
                text.append(YAML.writeValueAsString(object));
            }
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static boolean is(JsonNode object, String kind, String name) {
        return object.path("kind").asText().equals(kind)
                && object.path("metadata").path("name").asText().equals(name);
    }

    private static void replace(ObjectNode data, Map<String, String> environment) {
        List<String> old = new ArrayList<>();
        data.fieldNames().forEachRemaining(name -> {
            if (DATABASE_VARIABLE.matcher(name).matches()) {
                old.add(name);
            }
        });
        old.forEach(data::remove);
        environment.forEach(data::put);
    }

    /** Plain variables; a container that takes them from a ConfigMap has none and keeps it so. */
    private static void replace(JsonNode container, Map<String, String> environment) {
        if (!(container.get("env") instanceof ArrayNode variables)) {
            return;
        }
        boolean had = false;
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (DATABASE_VARIABLE
                    .matcher(variables.get(i).path("name").asText())
                    .matches()) {
                variables.remove(i);
                had = true;
            }
        }
        if (had) {
            environment.forEach(
                    (name, value) -> variables.addObject().put("name", name).put("value", value));
        }
    }
}
