package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.apply.MergePatch;
import com.sourcegraph.downgrade.testkit.cluster.apply.MissingMergeKey;
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
                return json(live, patch);
            }
            case MERGE -> {
                return merge.patch(live, object(patch));
            }
            case STRATEGIC -> {
                if (resource.custom()) {
                    throw StatusException.unsupportedMediaType(java.util.List.of(
                            "application/json-patch+json",
                            "application/merge-patch+json",
                            "application/apply-patch+yaml"));
                }
                try {
                    return strategic.patch(live, object(patch), resource.type());
                } catch (MissingMergeKey e) {
                    throw new StatusException(500, "", e.getMessage(), null);
                }
            }
            default -> throw new IllegalStateException("not a patch by itself: " + type);
        }
    }

    private static ObjectNode object(JsonNode patch) {
        if (patch instanceof ObjectNode object) {
            return object;
        }
        throw StatusException.badRequest("error decoding patch: json: cannot unmarshal "
                + patch.getNodeType().name().toLowerCase(java.util.Locale.ROOT)
                + " into Go value of type map[string]interface {}");
    }

    private static ObjectNode json(ObjectNode live, JsonNode patch) {
        if (patch == null || !patch.isArray()) {
            throw StatusException.badRequest(
                    "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp");
        }
        try {
            JsonNode result = live;
            for (JsonNode operation : patch) {
                there(operation, result);
                result = JsonPatch.apply(Nodes.array().add(replacing(operation, result)), result);
            }
            if (result instanceof ObjectNode object) {
                return object;
            }
            throw StatusException.badRequest("the JSON patch leaves no object");
        } catch (JsonPatchException e) {
            throw new StatusException(
                    422, "Invalid", "the server rejected our request due to an error in our request", Nodes.object());
        }
    }

    /** The library removes what is not there in silence. */
    private static void there(JsonNode operation, JsonNode object) {
        String from =
                switch (operation.path("op").asText()) {
                    case "remove" -> "path";
                    case "move", "copy" -> "from";
                    default -> "";
                };
        if (!from.isEmpty() && object.at(operation.path(from).asText()).isMissingNode()) {
            throw new JsonPatchException("not there: " + operation.path(from).asText());
        }
    }

    /** The server's library replaces a member that is not there by adding it, against the standard. */
    private static JsonNode replacing(JsonNode operation, JsonNode object) {
        String path = operation.path("path").asText();
        int end = path.lastIndexOf('/');
        boolean missing = operation.path("op").asText().equals("replace")
                && end >= 0
                && object.at(path.substring(0, end)).isObject()
                && object.at(path).isMissingNode();
        return missing ? ((ObjectNode) operation.deepCopy()).put("op", "add") : operation;
    }
}
