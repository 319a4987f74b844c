package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.apply.FieldOwnership;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;
import java.util.List;

/** Which fields an update makes its sender's own: of the object, of its status, or of its scale. */
final class UpdateOwnership {
    private final FieldOwnership ownership;
    private final Clock clock;

    UpdateOwnership(FieldOwnership ownership, Clock clock) {
        this.ownership = ownership;
        this.clock = clock;
    }

    void record(
            ResourceType resource,
            ObjectNode live,
            ObjectNode next,
            ObjectNode sent,
            String subresource,
            WriteOptions options) {
        if (resource.custom() && subresource.equals("status")) {
            // The server notes who sent metadata together with a status before it leaves the metadata out.
            ObjectNode asSent = next.deepCopy();
            for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
                if (sent.path("metadata").has(field)) {
                    Nodes.metadata(asSent).set(field, sent.get("metadata").get(field));
                }
            }
            ownership.update(live, asSent, resource.type(), options.manager(), subresource, now());
            Nodes.copy(Nodes.metadata(asSent), Nodes.metadata(next), "managedFields");
            return;
        }
        if (!subresource.equals("scale")) {
            ownership.update(live, next, resource.type(), options.manager(), subresource, now());
            return;
        }
        // A scale of zero replicas states none, so whoever scales to zero manages nothing, and nor does anybody else.
        ObjectNode before = live.deepCopy();
        ObjectNode after = next.deepCopy();
        for (ObjectNode object : List.of(before, after)) {
            if (Nodes.number(object, 0, "spec", "replicas") == 0) {
                Nodes.child(object, "spec").remove("replicas");
            }
        }
        ownership.update(
                before,
                after,
                resource.type(),
                options.manager(),
                subresource,
                // It notes no time for the scale of a custom resource.
                resource.custom() ? null : now());
        Nodes.copy(Nodes.metadata(after), Nodes.metadata(next), "managedFields");
    }

    private String now() {
        return Timestamps.seconds(clock.instant());
    }
}
