package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;

/** The objects in the store, together with the resources that the stored CustomResourceDefinitions make known. */
final class StoredObjects {
    private final ObjectStore store;
    private final CustomResources customResources;

    StoredObjects(ObjectStore store, CustomResources customResources) {
        this.store = store;
        this.customResources = customResources;
    }

    ObjectNode required(ResourceType resource, String namespace, String name) {
        ObjectNode live = store.get(resource, namespace, name);
        if (live == null) {
            throw StatusException.notFound(resource, name);
        }
        return live;
    }

    ObjectNode put(ResourceType resource, ObjectNode object) {
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.register(object);
        }
        return store.put(resource, object);
    }

    /** Takes an object out of the store at once. */
    ObjectNode remove(ResourceType resource, ObjectNode object) {
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.unregister(object);
        }
        return store.remove(resource, Nodes.namespace(object), Nodes.name(object));
    }
}
