package com.sourcegraph.downgrade.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The objects that Helm made of the chart. */
record Rendered(List<JsonNode> objects) {

    static Rendered of(String yaml) {
        return new Rendered(Chart.documents(yaml));
    }

    Stream<JsonNode> ofKind(String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    JsonNode only(String kind) {
        List<JsonNode> all = ofKind(kind).toList();
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " objects of kind " + kind + " instead of one: " + named(kind));
        }
        return all.get(0);
    }

    /** But for the roles that are aggregated into everybody's. */
    List<String> named(String kind) {
        return ofKind(kind)
                .filter(object -> !object.at("/metadata/name").asText().matches(".*:(view|admin)"))
                .map(Rendered::name)
                .toList();
    }

    JsonNode deployment() {
        return only("Deployment");
    }

    String environment(String name) {
        return variable(name).get("value").asText();
    }

    JsonNode variable(String name) {
        return StreamSupport.stream(
                        deployment().at("/spec/template/spec/containers/0/env").spliterator(), false)
                .filter(variable -> variable.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Namespace and name; nothing before the slash where it has no namespace. */
    static String name(JsonNode object) {
        return object.at("/metadata/namespace").asText() + "/"
                + object.at("/metadata/name").asText();
    }

    static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
