package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.apply.ApplyConflict;
import com.sourcegraph.downgrade.testkit.cluster.apply.FieldOwnership;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;
import java.util.List;

/** Server-side applies: merges a configuration into what is stored, or creates the object from it. */
final class ServerSideApply {
    private final ObjectStore store;
    private final ObjectPreparation preparation;
    private final ObjectCreation creation;
    private final ObjectUpdate updates;
    private final FieldOwnership ownership;
    private final Clock clock;

    ServerSideApply(
            ObjectStore store,
            ObjectPreparation preparation,
            ObjectCreation creation,
            ObjectUpdate updates,
            FieldOwnership ownership,
            Clock clock) {
        this.store = store;
        this.preparation = preparation;
        this.creation = creation;
        this.updates = updates;
        this.ownership = ownership;
        this.clock = clock;
    }

    ObjectWriter.Applied apply(
            ResourceType resource,
            String namespace,
            String name,
            String subresource,
            ObjectNode body,
            WriteOptions options) {
        return store.exclusively(() -> {
            ObjectNode configuration = body.deepCopy();
            if (Nodes.at(configuration, "metadata", "managedFields") != null) {
                throw StatusException.badRequest("metadata.managedFields must be nil");
            }
            preparation.prepareConfiguration(resource, configuration);
            ObjectNode metadata = Nodes.metadata(configuration);
            metadata.put("name", name);
            if (resource.namespaced()) {
                metadata.put("namespace", namespace);
            }
            ObjectNode live = store.get(resource, namespace, name);
            if (live == null && !subresource.isEmpty()) {
                throw StatusException.notFound(resource, name);
            }
            if (live == null && Nodes.text(configuration, "metadata", "uid") != null) {
                throw StatusException.conflict(
                        resource,
                        name,
                        "uid mismatch: the provided object specified uid "
                                + Nodes.text(configuration, "metadata", "uid") + ", and no existing object was found");
            }
            if (subresource.isEmpty()) {
                EndpointScope.withoutStatus(resource, configuration);
            } else if (subresource.equals("status")) {
                configuration.retain("apiVersion", "kind", "metadata", "status");
            }
            ObjectNode base = live == null ? blank(configuration) : live;
            ObjectNode merged;
            try {
                merged = ownership.apply(
                        base,
                        configuration,
                        resource.type(),
                        options.manager(),
                        subresource,
                        options.force(),
                        Timestamps.seconds(clock.instant()));
            } catch (ApplyConflict e) {
                throw StatusException.applyConflict(e);
            }
            if (live == null) {
                preparation.prepare(resource, merged, options);
                return new ObjectWriter.Applied(creation.finish(resource, merged, options), true);
            }
            return new ObjectWriter.Applied(updates.commit(resource, live, merged, subresource, options, false), false);
        });
    }

    private static ObjectNode blank(ObjectNode configuration) {
        ObjectNode blank = Nodes.object();
        blank.set("apiVersion", configuration.get("apiVersion"));
        blank.set("kind", configuration.get("kind"));
        ObjectNode metadata = Nodes.metadata(blank);
        for (String field : List.of("name", "namespace")) {
            if (configuration.get("metadata").has(field)) {
                metadata.set(field, configuration.get("metadata").get(field));
            }
        }
        metadata.put("resourceVersion", "");
        return blank;
    }
}
