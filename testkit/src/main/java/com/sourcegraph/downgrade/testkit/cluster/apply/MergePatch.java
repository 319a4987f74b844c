package com.sourcegraph.downgrade.testkit.cluster.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;

/** JSON merge patch (RFC 7386). */
public final class MergePatch {
    public ObjectNode patch(ObjectNode target, ObjectNode patch) {
        ObjectNode result = target.deepCopy();
        patch.properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (value.isNull()) {
                result.remove(member.getKey());
            } else if (value instanceof ObjectNode object) {
                JsonNode live = result.get(member.getKey());
                result.set(member.getKey(), patch(live instanceof ObjectNode there ? there : Nodes.object(), object));
            } else {
                result.set(member.getKey(), value.deepCopy());
            }
        });
        return result;
    }
}
