package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.DeleteOptions;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes what nobody owns any more, and carries out foreground and orphaning deletions. Its keys are uids of owners, in
 * place of names.
 */
final class GarbageCollector implements Controller {
    private final ClusterObjects objects;

    GarbageCollector(ClusterObjects objects) {
        this.objects = objects;
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        Set<Key> keys = new HashSet<>();
        ObjectNode object = event.after() == null ? event.before() : event.after();
        if (event.after() == null || PodTemplates.isTerminating(event.after())) {
            keys.add(new Key(null, Nodes.uid(object)));
        }
        if (event.before() == null || event.after() == null) {
            // A new dependent of an owner that is gone; a dependent that went and its owner may wait for.
            for (JsonNode reference : Nodes.each(object, "metadata", "ownerReferences")) {
                keys.add(new Key(null, Nodes.text(reference, "uid")));
            }
        }
        return keys;
    }

    private record Found(ResourceType type, ObjectNode object) {}

    @Override
    public void reconcile(Key key) {
        String uid = key.name();
        List<Found> all = new ArrayList<>();
        Set<String> uids = new HashSet<>();
        Found owner = null;
        for (ResourceType type : objects.api().catalog().all()) {
            if (type.group().equals("events.k8s.io")) {
                continue;
            }
            for (ObjectNode object : objects.list(type, null)) {
                Found found = new Found(type, object);
                uids.add(Nodes.uid(object));
                if (uid.equals(Nodes.uid(object))) {
                    owner = found;
                }
                if (owns(uid, object)) {
                    all.add(found);
                }
            }
        }
        if (owner == null) {
            all.forEach(dependent -> release(dependent, uids));
        } else if (PodTemplates.isTerminating(owner.object())) {
            finish(owner, all);
        }
    }

    private static boolean owns(String uid, ObjectNode object) {
        for (JsonNode reference : Nodes.each(object, "metadata", "ownerReferences")) {
            if (uid.equals(Nodes.text(reference, "uid"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean blocks(String uid, ObjectNode object) {
        for (JsonNode reference : Nodes.each(object, "metadata", "ownerReferences")) {
            if (uid.equals(Nodes.text(reference, "uid")) && Nodes.flag(reference, "blockOwnerDeletion")) {
                return true;
            }
        }
        return false;
    }

    /** The dependent goes, unless another owner is left; then only the reference goes. */
    private void release(Found dependent, Set<String> uids) {
        boolean kept = false;
        ArrayNode left = Nodes.array();
        for (JsonNode reference : Nodes.each(dependent.object(), "metadata", "ownerReferences")) {
            if (uids.contains(Nodes.text(reference, "uid"))) {
                kept = true;
                left.add(reference);
            }
        }
        if (kept) {
            setOwners(dependent, left);
        } else if (!PodTemplates.isTerminating(dependent.object())) {
            objects.delete(dependent.type(), dependent.object(), DeleteOptions.background());
        }
    }

    private void finish(Found owner, List<Found> dependents) {
        if (hasFinalizer(owner.object(), "orphan")) {
            for (Found dependent : dependents) {
                ArrayNode left = Nodes.array();
                for (JsonNode reference : Nodes.each(dependent.object(), "metadata", "ownerReferences")) {
                    if (!Nodes.uid(owner.object()).equals(Nodes.text(reference, "uid"))) {
                        left.add(reference);
                    }
                }
                setOwners(dependent, left);
            }
            removeFinalizer(owner, "orphan");
        } else if (hasFinalizer(owner.object(), "foregroundDeletion")) {
            boolean blocked = false;
            for (Found dependent : dependents) {
                if (!PodTemplates.isTerminating(dependent.object())) {
                    objects.delete(
                            dependent.type(),
                            dependent.object(),
                            new DeleteOptions("Foreground", null, null, null, false));
                }
                blocked |= blocks(Nodes.uid(owner.object()), dependent.object())
                        && objects.get(dependent.type(), ClusterObjects.keyOf(dependent.object())) != null;
            }
            if (!blocked) {
                removeFinalizer(owner, "foregroundDeletion");
            }
        }
    }

    private void setOwners(Found found, ArrayNode owners) {
        objects.update(found.type(), found.object(), live -> {
            if (owners.isEmpty()) {
                Nodes.metadata(live).remove("ownerReferences");
            } else {
                Nodes.metadata(live).set("ownerReferences", owners);
            }
        });
    }

    private static boolean hasFinalizer(ObjectNode object, String finalizer) {
        for (JsonNode one : Nodes.each(object, "metadata", "finalizers")) {
            if (one.asText().equals(finalizer)) {
                return true;
            }
        }
        return false;
    }

    private void removeFinalizer(Found found, String finalizer) {
        Finalizers.remove(objects, found.type(), found.object(), finalizer);
    }
}
