package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.Allocations;
import com.sourcegraph.downgrade.testkit.cluster.apply.FieldOwnership;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;

/** Creates objects, by a create or by an apply to what is not there. */
final class ObjectCreation {
    private final ObjectStore store;
    private final ResourceCatalog catalog;
    private final StoredObjects objects;
    private final CustomResources customResources;
    private final ObjectPreparation preparation;
    private final Allocations allocations;
    private final FieldOwnership ownership;
    private final Clock clock;
    private final SystemMetadata systemMetadata;
    private final ObjectNames names = new ObjectNames();

    ObjectCreation(
            ObjectStore store,
            ResourceCatalog catalog,
            StoredObjects objects,
            CustomResources customResources,
            ObjectPreparation preparation,
            Allocations allocations,
            FieldOwnership ownership,
            Clock clock) {
        this.store = store;
        this.catalog = catalog;
        this.objects = objects;
        this.customResources = customResources;
        this.preparation = preparation;
        this.allocations = allocations;
        this.ownership = ownership;
        this.clock = clock;
        this.systemMetadata = new SystemMetadata(clock);
    }

    ObjectNode create(ResourceType resource, String namespace, ObjectNode body, WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode object = body.deepCopy();
            names.identify(resource, namespace, object);
            preparation.prepare(resource, object, options);
            EndpointScope.withoutStatus(resource, object);
            ownership.update(null, object, resource.type(), options.manager(), "", Timestamps.seconds(clock.instant()));
            return finish(resource, object, options);
        });
    }

    /** Creates an object that is named, complete and owned. */
    ObjectNode finish(ResourceType resource, ObjectNode object, WriteOptions options) {
        String namespace = Nodes.namespace(object);
        if (resource.namespaced()) {
            admitNamespace(resource, namespace, Nodes.name(object));
        }
        options.judge().judge(resource, object, null);
        if (store.get(resource, namespace, Nodes.name(object)) != null) {
            throw StatusException.alreadyExists(resource, Nodes.name(object));
        }
        systemMetadata.begin(resource, object);
        allocations.create(resource.kind(), object);
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.check(resource, object, clock.instant());
        }
        preparation.validate(resource, object, null, "");
        if (options.dryRun()) {
            return object;
        }
        return objects.put(resource, object);
    }

    private void admitNamespace(ResourceType resource, String namespace, String name) {
        ResourceType namespaces = catalog.required("", "namespaces");
        ObjectNode object = store.get(namespaces, null, namespace);
        if (object == null) {
            throw StatusException.notFound(namespaces, namespace);
        }
        if (Nodes.text(object, "metadata", "deletionTimestamp") != null) {
            throw StatusException.terminating(resource, name, namespace);
        }
    }
}
