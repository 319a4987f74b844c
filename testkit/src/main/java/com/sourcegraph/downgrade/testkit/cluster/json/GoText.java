package com.sourcegraph.downgrade.testkit.cluster.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Values as Go prints them with {@code %v}, which is how they stand in some of the server's messages. */
public final class GoText {
    private GoText() {}

    public static String of(JsonNode node) {
        if (node == null || node.isNull()) {
            return "<nil>";
        }
        List<String> parts = new ArrayList<>();
        if (node.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            node.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> parts.add(name + ":" + of(node.get(name))));
            return "map[" + String.join(" ", parts) + "]";
        }
        if (node.isArray()) {
            node.forEach(item -> parts.add(of(item)));
            return "[" + String.join(" ", parts) + "]";
        }
        return node.asText();
    }
}
