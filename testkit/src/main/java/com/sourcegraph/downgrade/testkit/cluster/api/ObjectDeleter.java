package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;

/**
 * Deletes as the API server does: an object that something holds (a finalizer, its grace period, the content of a
 * namespace) is only marked, and goes when nothing holds it any more.
 */
public final class ObjectDeleter {
    private static final long POD_GRACE_SECONDS = 30;

    private final ObjectStore store;
    private final StoredObjects objects;
    private final Clock clock;
    private final boolean podsRun;
    private final boolean collects;

    /**
     * A deleter.
     *
     * @param podsRun whether something runs pods and finishes their deletion
     * @param collects whether a garbage collector is at work
     */
    ObjectDeleter(ObjectStore store, StoredObjects objects, Clock clock, boolean podsRun, boolean collects) {
        this.store = store;
        this.objects = objects;
        this.clock = clock;
        this.podsRun = podsRun;
        this.collects = collects;
    }

    /**
     * What a deletion came to.
     *
     * @param object its last state, or its state now where it is still there
     */
    public record Deleted(ObjectNode object, boolean gone) {}

    public Deleted delete(ResourceType resource, String namespace, String name, DeleteOptions options) {
        return store.exclusively(() -> {
            ObjectNode live = objects.required(resource, namespace, name);
            agree(resource, live, options);
            ObjectNode marked = live.deepCopy();
            ObjectNode metadata = Nodes.metadata(marked);
            propagate(resource, metadata, options);
            if (resource.kind().equals("CustomResourceDefinition")) {
                finalizer(metadata, CustomResources.CLEANUP);
            }
            long grace = grace(resource, live, options);
            boolean held = grace > 0
                    || Nodes.at(metadata, "finalizers") != null
                            && !metadata.get("finalizers").isEmpty()
                    || holdsContent(resource, live);
            if (options.dryRun()) {
                return new Deleted(live, !held);
            }
            if (!held) {
                return new Deleted(objects.remove(resource, live), true);
            }
            boolean marking = Nodes.text(live, "metadata", "deletionTimestamp") == null;
            if (marking || grace < Nodes.number(live, 0, "metadata", "deletionGracePeriodSeconds")) {
                metadata.put(
                        "deletionTimestamp", Timestamps.seconds(clock.instant().plusSeconds(grace)));
                metadata.put("deletionGracePeriodSeconds", grace);
                if (Nodes.at(metadata, "generation") != null) {
                    metadata.put("generation", metadata.get("generation").asLong() + 1);
                }
                if (resource.kind().equals("Namespace")) {
                    Nodes.child(marked, "status").put("phase", "Terminating");
                }
            }
            return new Deleted(marked.equals(live) ? live : store.put(resource, marked), false);
        });
    }

    private static void agree(ResourceType resource, ObjectNode live, DeleteOptions options) {
        String name = Nodes.name(live);
        if (options.uid() != null && !options.uid().equals(Nodes.uid(live))) {
            throw StatusException.otherObject(
                    resource,
                    name,
                    "the UID in the precondition (" + options.uid() + ") does not match the UID in record ("
                            + Nodes.uid(live) + "). The object might have been deleted and then recreated");
        }
        String version = Nodes.text(live, "metadata", "resourceVersion");
        if (options.resourceVersion() != null && !options.resourceVersion().equals(version)) {
            throw StatusException.otherObject(
                    resource,
                    name,
                    "the ResourceVersion in the precondition (" + options.resourceVersion()
                            + ") does not match the ResourceVersion in record (" + version
                            + "). The object might have been modified");
        }
    }

    /** Foreground and Orphan are finalizers that the garbage collector takes away. Jobs orphan unless told otherwise. */
    private void propagate(ResourceType resource, ObjectNode metadata, DeleteOptions options) {
        String way = options.propagation();
        if (way == null) {
            way = resource.kind().equals("Job") && collects ? "Orphan" : "Background";
        }
        String finalizer = way.equals("Foreground") ? "foregroundDeletion" : way.equals("Orphan") ? "orphan" : null;
        if (finalizer != null) {
            finalizer(metadata, finalizer);
        }
    }

    private static void finalizer(ObjectNode metadata, String finalizer) {
        ArrayNode finalizers =
                metadata.get("finalizers") instanceof ArrayNode list ? list : metadata.putArray("finalizers");
        for (JsonNode one : finalizers) {
            if (one.asText().equals(finalizer)) {
                return;
            }
        }
        finalizers.add(finalizer);
    }

    private long grace(ResourceType resource, ObjectNode live, DeleteOptions options) {
        if (!resource.kind().equals("Pod") || !podsRun) {
            return 0;
        }
        String phase = String.valueOf(Nodes.text(live, "status", "phase"));
        boolean neverRan = Nodes.text(live, "spec", "nodeName") == null;
        if (neverRan || phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        return options.graceSeconds() != null
                ? options.graceSeconds()
                : Nodes.number(live, POD_GRACE_SECONDS, "spec", "terminationGracePeriodSeconds");
    }

    private static boolean holdsContent(ResourceType resource, ObjectNode live) {
        JsonNode finalizers = Nodes.at(live, "spec", "finalizers");
        return resource.kind().equals("Namespace") && finalizers != null && !finalizers.isEmpty();
    }
}
