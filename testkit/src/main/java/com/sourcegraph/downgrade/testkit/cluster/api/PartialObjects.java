package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.List;

/** Objects without their content, for clients that ask for the metadata only. */
final class PartialObjects {
    private static final String VERSION = "meta.k8s.io/v1";

    private PartialObjects() {}

    static boolean wanted(ApiRequest request) {
        return request.header("accept").contains("as=PartialObjectMetadata");
    }

    static ObjectNode of(ObjectNode object) {
        ObjectNode partial = Nodes.object().put("kind", "PartialObjectMetadata").put("apiVersion", VERSION);
        partial.set("metadata", object.get("metadata"));
        return partial;
    }

    static ObjectNode list(List<ObjectNode> objects) {
        ObjectNode list =
                Nodes.object().put("kind", "PartialObjectMetadataList").put("apiVersion", VERSION);
        ArrayNode items = list.putArray("items");
        objects.forEach(object -> items.add(of(object)));
        return list;
    }
}
