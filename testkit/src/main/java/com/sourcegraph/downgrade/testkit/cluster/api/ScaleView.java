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
        ObjectNode spec = scale.putObject("spec");
        int replicas = Nodes.count(workload, 0, "spec", "replicas");
        if (replicas != 0) {
            spec.put("replicas", replicas);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", Nodes.count(workload, 0, "status", "replicas"));
        String selector = Nodes.strings(workload, "spec", "selector", "matchLabels").entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /** The workload with the replicas of the scale. */
    static ObjectNode into(ObjectNode workload, ObjectNode scale) {
        ObjectNode result = workload.deepCopy();
        JsonNode replicas = Nodes.at(scale, "spec", "replicas");
        if (replicas != null && replicas.asInt() < 0) {
            throw StatusException.invalidScale(Nodes.name(workload), replicas);
        }
        Nodes.child(result, "spec").put("replicas", replicas == null ? 0 : replicas.asInt());
        String version = Nodes.text(scale, "metadata", "resourceVersion");
        if (version != null) {
            Nodes.metadata(result).put("resourceVersion", version);
        }
        return result;
    }
}
