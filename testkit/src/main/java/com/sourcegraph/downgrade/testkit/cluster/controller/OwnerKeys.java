package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;
import java.util.List;

/** Which owner a change concerns: the owner itself, or the one that controls the changed object. */
final class OwnerKeys {
    private OwnerKeys() {}

    static Collection<Controller.Key> of(StoreEvent event, ResourceType owners, ResourceType owned) {
        if (event.resource().equals(owners)) {
            return event.after() == null ? List.of() : List.of(ClusterObjects.keyOf(event.after()));
        }
        if (!event.resource().equals(owned)) {
            return List.of();
        }
        ObjectNode object = event.after() == null ? event.before() : event.after();
        JsonNode reference = ClusterObjects.controllerReference(object);
        if (reference == null || !owners.kind().equals(Nodes.text(reference, "kind"))) {
            return List.of();
        }
        return List.of(new Controller.Key(Nodes.namespace(object), Nodes.text(reference, "name")));
    }

    /** Counts that the API leaves out when they are zero. */
    static void withoutZeros(ObjectNode status, String... fields) {
        for (String field : fields) {
            if (Nodes.count(status, 0, field) == 0) {
                status.remove(field);
            }
        }
    }
}
