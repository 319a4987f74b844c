package com.sourcegraph.downgrade.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;

/** Target manifests that leave the count of one Deployment to whoever runs the instance. */
final class CountlessTarget {

    private CountlessTarget() {}

    static ReleaseManifests of(ReleaseManifests target, String deployment) {
        return new ReleaseManifests(target.objects().stream()
                .map(object -> {
                    ObjectNode copy = object.deepCopy();
                    if (copy.path("kind").asText().equals("Deployment")
                            && copy.at("/metadata/name").asText().equals(deployment)) {
                        ((ObjectNode) copy.get("spec")).remove("replicas");
                    }
                    return (JsonNode) copy;
                })
                .toList());
    }
}
