package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.stream.Collectors;

/** The {@code autoscaling/v1} Scale of a workload. */
final class ScaleView {
    private ScaleView() {}

    static ObjectNode of(ObjectNode workload) {
        ObjectNode scale = Nodes.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            metadata.put(field, Nodes.text(workload, "metadata", field));
        }
        scale.putObject("spec").put("replicas", Nodes.count(workload, 0, "spec", "replicas"));
        ObjectNode status = scale.putObject("status");
        status.put("replicas", Nodes.count(workload, 0, "status", "replicas"));
        status.put(
                "selector",
                Nodes.strings(workload, "spec", "selector", "matchLabels").entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(",")));
        return scale;
    }

    /** The workload with the replicas of the scale. */
    static ObjectNode into(ObjectNode workload, ObjectNode scale) {
        ObjectNode result = workload.deepCopy();
        JsonNode replicas = Nodes.at(scale, "spec", "replicas");
        Nodes.child(result, "spec").put("replicas", replicas == null ? 0 : replicas.asInt());
        String version = Nodes.text(scale, "metadata", "resourceVersion");
        if (version != null) {
            Nodes.metadata(result).put("resourceVersion", version);
        }
        return result;
    }
}
