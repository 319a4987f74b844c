package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;

/** Takes finalizers off; the last one lets a terminating object go. */
final class Finalizers {
    private Finalizers() {}

    static void remove(ClusterObjects objects, ResourceType type, ObjectNode object, String finalizer) {
        objects.update(type, object, live -> {
            ArrayNode left = Nodes.array();
            for (JsonNode one : Nodes.each(live, "metadata", "finalizers")) {
                if (!one.asText().equals(finalizer)) {
                    left.add(one);
                }
            }
            if (left.isEmpty()) {
                Nodes.metadata(live).remove("finalizers");
            } else {
                Nodes.metadata(live).set("finalizers", left);
            }
        });
    }
}
