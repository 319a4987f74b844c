package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.instance.DowngradeDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The paths of the fields of spec and status, as {@code kubectl explain --recursive} shows them and as the definition has them. */
final class ExplainedFields {
    private static final Pattern FIELD = Pattern.compile("( {2,})(\\S+)\t<.*");

    private ExplainedFields() {}

    static List<String> of(String explained) {
        List<String> paths = new ArrayList<>();
        Deque<String> parents = new ArrayDeque<>();
        explained.lines().map(FIELD::matcher).filter(Matcher::matches).forEach(field -> {
            int depth = field.group(1).length() / 2 - 1;
            while (parents.size() > depth) {
                parents.removeLast();
            }
            parents.addLast(field.group(2));
            paths.add(String.join(".", parents));
        });
        return paths.stream().filter(ExplainedFields::isOurs).toList();
    }

    static List<String> ofTheDefinition() {
        JsonNode definition = Serialization.unmarshal(DowngradeDefinition.yaml(), JsonNode.class);
        List<String> paths = new ArrayList<>();
        add(paths, "", definition.at("/spec/versions/0/schema/openAPIV3Schema"));
        return paths.stream().filter(ExplainedFields::isOurs).toList();
    }

    private static void add(List<String> paths, String parent, JsonNode schema) {
        schema.path("properties").fields().forEachRemaining(field -> {
            paths.add(parent + field.getKey());
            add(paths, parent + field.getKey() + ".", field.getValue());
        });
        for (String nested : List.of("items", "additionalProperties")) {
            if (schema.path(nested).isObject()) {
                add(paths, parent, schema.get(nested));
            }
        }
    }

    private static boolean isOurs(String path) {
        return path.matches("(spec|status)\\..*");
    }
}
