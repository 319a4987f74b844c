package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.Allocations;
import com.sourcegraph.downgrade.testkit.cluster.apply.FieldOwnership;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;

/** Puts what an object is to become in the place of what is stored. */
final class ObjectUpdate {
    private final StoredObjects objects;
    private final CustomResources customResources;
    private final ObjectPreparation preparation;
    private final Allocations allocations;
    private final UpdateOwnership ownership;
    private final SystemMetadata systemMetadata;
    private final Clock clock;

    ObjectUpdate(
            StoredObjects objects,
            CustomResources customResources,
            ObjectPreparation preparation,
            Allocations allocations,
            FieldOwnership ownership,
            Clock clock) {
        this.objects = objects;
        this.customResources = customResources;
        this.preparation = preparation;
        this.allocations = allocations;
        this.ownership = new UpdateOwnership(ownership, clock);
        this.systemMetadata = new SystemMetadata(clock);
        this.clock = clock;
    }

    /**
     * Commits an update.
     *
     * @param recordManager notes the sender's fields; an apply has noted them already
     */
    ObjectNode commit(
            ResourceType resource,
            ObjectNode live,
            ObjectNode updated,
            String subresource,
            WriteOptions options,
            boolean recordManager) {
        options.judge().judge(resource, updated, live);
        UpdateAgreement.agree(resource, live, updated);
        ObjectNode next = EndpointScope.changed(resource, live, updated, subresource);
        preparation.prepare(resource, next, options);
        systemMetadata.restore(live, next);
        if (recordManager) {
            ownership.record(resource, live, next, updated, subresource, options);
        }
        allocations.update(resource.kind(), next, live);
        systemMetadata.countGeneration(resource, live, next);
        preparation.validate(resource, next, live, subresource);
        ObjectNode nextMetadata = Nodes.metadata(next);
        nextMetadata.put("resourceVersion", Nodes.text(live, "metadata", "resourceVersion"));
        if (next.equals(live) || options.dryRun()) {
            return next.equals(live) ? live : next;
        }
        if (resource.kind().equals("CustomResourceDefinition")) {
            customResources.check(resource, next, clock.instant());
        }
        if (isDone(next)) {
            // One write for the server: watchers see the object go as it was, not an object that nothing holds.
            objects.remove(resource, live);
            return next;
        }
        return objects.put(resource, next);
    }

    /** A terminating object with nothing left that holds it. */
    private static boolean isDone(ObjectNode object) {
        JsonNode finalizers = Nodes.at(object, "metadata", "finalizers");
        return Nodes.text(object, "metadata", "deletionTimestamp") != null
                && (finalizers == null || finalizers.isEmpty())
                && Nodes.number(object, 0, "metadata", "deletionGracePeriodSeconds") == 0
                && !"Namespace".equals(Nodes.text(object, "kind"));
    }
}
