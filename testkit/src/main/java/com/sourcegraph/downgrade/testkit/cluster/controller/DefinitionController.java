package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.CustomResources;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;
import java.util.List;

/** Deletes the custom resources of a definition that is being deleted, and lets the definition go after them. */
final class DefinitionController implements Controller {
    private final ClusterObjects objects;
    private final ResourceType definitions;

    DefinitionController(ClusterObjects objects) {
        this.objects = objects;
        this.definitions = objects.type("apiextensions.k8s.io", "customresourcedefinitions");
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        if (event.resource().equals(definitions)) {
            return event.after() == null ? List.of() : List.of(ClusterObjects.keyOf(event.after()));
        }
        boolean left = event.resource().custom() && event.after() == null;
        return left ? List.of(new Key(null, event.resource().qualified())) : List.of();
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode definition = objects.get(definitions, key);
        if (definition == null || !PodTemplates.isTerminating(definition)) {
            return;
        }
        boolean empty = true;
        for (ResourceType type : objects.api().catalog().all()) {
            if (!type.custom() || !type.qualified().equals(Nodes.name(definition))) {
                continue;
            }
            for (ObjectNode object : objects.list(type, null)) {
                if (!PodTemplates.isTerminating(object)) {
                    objects.delete(type, object);
                }
                empty &= objects.get(type, ClusterObjects.keyOf(object)) == null;
            }
        }
        if (empty) {
            Finalizers.remove(objects, definitions, definition, CustomResources.CLEANUP);
        }
    }
}
