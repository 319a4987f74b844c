package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import java.util.List;
import java.util.function.Consumer;

/** Manifests whose owner runs one workload in a way of their own. */
record ContainerSettings(ReleaseManifests manifests) {

    /** The first container of that workload gets a variable. */
    ReleaseManifests env(String workload, String name, String value) {
        return pod(workload, spec -> ((ObjectNode) spec.at("/containers/0"))
                .withArray("/env")
                .addObject()
                .put("name", name)
                .put("value", value));
    }

    /** The pods of that workload may take so long to stop. */
    ReleaseManifests gracePeriod(String workload, int seconds) {
        return pod(workload, spec -> spec.put("terminationGracePeriodSeconds", seconds));
    }

    private ReleaseManifests pod(String workload, Consumer<ObjectNode> change) {
        List<JsonNode> objects = manifests.objects().stream()
                .map(object -> {
                    ObjectNode copy = object.deepCopy();
                    if (copy.at("/metadata/name").asText().equals(workload)
                            && copy.at("/spec/template/spec").isObject()) {
                        change.accept((ObjectNode) copy.at("/spec/template/spec"));
                    }
                    return (JsonNode) copy;
                })
                .toList();
        return new ReleaseManifests(objects);
    }
}
