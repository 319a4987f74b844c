package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of JSONPath that printer columns use: {@code .a.b}, {@code [0]}, {@code [*]}, {@code ['a.b']} and
 * {@code [?(@.type=="Ready")]}.
 */
final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.((?:[^.\\[\\]\\\\]|\\\\.)+)"
            + "|\\[\\?\\(@\\.([\\w.]+)\\s*==\\s*[\"']([^\"']*)[\"']\\)]"
            + "|\\['([^']+)']|\\[(\\d+)]|\\[(\\*)]");

    private final String path;

    JsonPath(String path) {
        this.path = path;
    }

    /** The first value at the path; null where there is none. */
    JsonNode first(JsonNode root) {
        List<JsonNode> here = List.of(root);
        Matcher step = STEP.matcher(path);
        int end = 0;
        while (step.find()) {
            if (step.start() != end) {
                throw StatusException.notSupported("the JSONPath " + path);
            }
            end = step.end();
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : here) {
                step(step, node, next);
            }
            here = next;
        }
        if (end != path.length()) {
            throw StatusException.notSupported("the JSONPath " + path);
        }
        return here.isEmpty() ? null : here.get(0);
    }

    private static void step(Matcher step, JsonNode node, List<JsonNode> next) {
        String name = step.group(1) != null ? step.group(1).replace("\\", "") : step.group(4);
        if (name != null) {
            addIfThere(node.get(name), next);
        } else if (step.group(2) != null) {
            for (JsonNode element : node) {
                JsonNode value = element;
                for (String member : step.group(2).split("\\.")) {
                    value = value == null ? null : value.get(member);
                }
                if (value != null && value.asText().equals(step.group(3))) {
                    next.add(element);
                }
            }
        } else if (step.group(5) != null) {
            addIfThere(node.get(Integer.parseInt(step.group(5))), next);
        } else {
            node.forEach(next::add);
        }
    }

    private static void addIfThere(JsonNode node, List<JsonNode> next) {
        if (node != null && !node.isNull()) {
            next.add(node);
        }
    }
}
