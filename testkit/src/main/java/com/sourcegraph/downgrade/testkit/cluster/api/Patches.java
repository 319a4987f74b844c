package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.apply.MergePatch;
import com.sourcegraph.downgrade.testkit.cluster.apply.StrategicMergePatch;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;

/** Applies JSON, merge and strategic merge patches. */
final class Patches {
    private final MergePatch merge = new MergePatch();
    private final StrategicMergePatch strategic = new StrategicMergePatch();

    ObjectNode patch(ResourceType resource, ObjectNode live, JsonNode patch, PatchType type) {
        switch (type) {
            case JSON -> {
                return json(resource, live, patch);
            }
            case MERGE -> {
                return merge.patch(live, object(patch));
            }
            case STRATEGIC -> {
                if (resource.custom()) {
                    throw StatusException.unsupportedMediaType(
                            "application/strategic-merge-patch+json",
                            java.util.List.of(
                                    "application/json-patch+json",
                                    "application/merge-patch+json",
                                    "application/apply-patch+yaml"));
                }
                return strategic.patch(live, object(patch), resource.type());
            }
            default -> throw new IllegalStateException("not a patch by itself: " + type);
        }
    }

    private static ObjectNode object(JsonNode patch) {
        if (patch instanceof ObjectNode object) {
            return object;
        }
        throw StatusException.badRequest("the patch is no object");
    }

    private static ObjectNode json(ResourceType resource, ObjectNode live, JsonNode patch) {
        if (patch == null || !patch.isArray()) {
            throw StatusException.badRequest("the JSON patch is no list of operations");
        }
        try {
            JsonNode result = JsonPatch.apply(patch, live);
            if (result instanceof ObjectNode object) {
                return object;
            }
            throw StatusException.badRequest("the JSON patch leaves no object");
        } catch (JsonPatchException e) {
            throw new StatusException(
                    422,
                    "Invalid",
                    "the server rejected our request due to an error in our request: " + e.getMessage(),
                    StatusException.details(resource, Nodes.name(live)));
        }
    }
}
