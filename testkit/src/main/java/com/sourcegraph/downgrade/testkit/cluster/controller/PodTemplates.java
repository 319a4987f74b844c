package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.Arrays;

/** Pods made from a workload's template, and how far existing pods are. */
final class PodTemplates {
    private PodTemplates() {}

    static ObjectNode pod(ObjectNode owner, JsonNode template) {
        ObjectNode pod = Nodes.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = Nodes.metadata(pod);
        JsonNode given = Nodes.at(template, "metadata");
        for (String field : new String[] {"labels", "annotations"}) {
            if (Nodes.at(given, field) != null) {
                metadata.set(field, given.get(field).deepCopy());
            }
        }
        metadata.set("ownerReferences", ClusterObjects.ownedBy(owner));
        pod.set("spec", template.get("spec").deepCopy());
        return pod;
    }

    /** A short name for the contents of a template. */
    static String hash(JsonNode template) {
        int hash = Arrays.hashCode(Nodes.bytes(template));
        return Integer.toUnsignedString(hash, 36);
    }

    static boolean isReady(JsonNode pod) {
        for (JsonNode condition : Nodes.each(pod, "status", "conditions")) {
            if ("Ready".equals(Nodes.text(condition, "type"))) {
                return "True".equals(Nodes.text(condition, "status"));
            }
        }
        return false;
    }

    static boolean isTerminating(JsonNode object) {
        return Nodes.text(object, "metadata", "deletionTimestamp") != null;
    }

    static boolean isFinished(JsonNode pod) {
        String phase = Nodes.text(pod, "status", "phase");
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /** Neither going nor gone. */
    static boolean isActive(JsonNode pod) {
        return !isTerminating(pod) && !isFinished(pod);
    }
}
