package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;

/** What a write to an object, or to one of its subresources, may change. */
final class EndpointScope {
    private EndpointScope() {}

    /** Takes from the update only what this endpoint may change. */
    static ObjectNode changed(ResourceType resource, ObjectNode live, ObjectNode updated, String subresource) {
        if (subresource.isEmpty()) {
            if (resource.hasStatus() && !resource.kind().equals("CustomResourceDefinition")) {
                Nodes.copy(live, updated, "status");
            }
            return updated;
        }
        ObjectNode next = live.deepCopy();
        if (subresource.equals("status")) {
            Nodes.copy(updated, next, "status");
            ObjectNode metadata = Nodes.metadata(next);
            if (updated.get("metadata") instanceof ObjectNode given && !resource.custom()) {
                // Built-in kinds let their controllers set annotations together with the status.
                Nodes.copy(given, metadata, "annotations");
            }
            if (updated.get("metadata") instanceof ObjectNode given && given.has("managedFields")) {
                metadata.set("managedFields", given.get("managedFields"));
            }
            return next;
        }
        Nodes.child(next, "spec").set("replicas", updated.get("spec").get("replicas"));
        return next;
    }

    /** A status is written by itself, so a create or an apply of the object says nothing about it. */
    static void withoutStatus(ResourceType resource, ObjectNode object) {
        if (resource.hasStatus() && !resource.kind().equals("CustomResourceDefinition")) {
            object.remove("status");
        }
    }
}
