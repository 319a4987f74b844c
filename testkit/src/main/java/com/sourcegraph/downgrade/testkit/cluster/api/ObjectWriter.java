package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.function.UnaryOperator;

/**
 * Every write to the cluster, whoever makes it: creates, updates of the object or of a subresource, and server-side
 * applies. A dry run goes the whole way but for the last step.
 */
public final class ObjectWriter {
    private final ObjectStore store;
    private final StoredObjects objects;
    private final ObjectPreparation preparation;
    private final ObjectCreation creation;
    private final ObjectUpdate updates;
    private final ServerSideApply applies;

    ObjectWriter(
            ObjectStore store,
            StoredObjects objects,
            ObjectPreparation preparation,
            ObjectCreation creation,
            ObjectUpdate updates,
            ServerSideApply applies) {
        this.store = store;
        this.objects = objects;
        this.preparation = preparation;
        this.creation = creation;
        this.updates = updates;
        this.applies = applies;
    }

    public ObjectNode create(ResourceType resource, String namespace, ObjectNode body, WriteOptions options) {
        return creation.create(resource, namespace, body, options);
    }

    /** Replaces the object, or one subresource of it. */
    public ObjectNode replace(
            ResourceType resource,
            String namespace,
            String name,
            String subresource,
            ObjectNode body,
            WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode live = objects.required(resource, namespace, name);
            ObjectNode updated = body.deepCopy();
            preparation.refuseUnknown(resource, updated, options);
            String version = Nodes.text(updated, "metadata", "resourceVersion");
            if (resource.custom() && (version == null || version.isEmpty())) {
                // Custom resources are never updated blindly.
                throw StatusException.versionRequired(resource, name);
            }
            UpdateAgreement.sameObject(resource, live, updated);
            return updates.commit(resource, live, updated, subresource, options, true);
        });
    }

    /** Changes the object, or one subresource of it, by a function from what is stored to what should be. */
    public ObjectNode modify(
            ResourceType resource,
            String namespace,
            String name,
            String subresource,
            UnaryOperator<ObjectNode> change,
            WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode live = objects.required(resource, namespace, name);
            return updates.commit(resource, live, change.apply(live.deepCopy()), subresource, options, true);
        });
    }

    /** The outcome of a server-side apply. */
    public record Applied(ObjectNode object, boolean created) {}

    public Applied apply(
            ResourceType resource,
            String namespace,
            String name,
            String subresource,
            ObjectNode body,
            WriteOptions options) {
        return applies.apply(resource, namespace, name, subresource, body, options);
    }
}
