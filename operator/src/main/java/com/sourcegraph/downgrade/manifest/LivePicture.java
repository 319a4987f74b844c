package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What lives in the place of the target objects, kept up by the answers to one's own writes instead of by asking again. It may be behind
 * what others do: every write carries the version that it was decided on, so that the server refuses what is late, and that a part is done
 * is read anew. Used by one reconcile at a time.
 */
public final class LivePicture {

    private LiveObjects objects;
    private final Set<ObjectKey> doubtful = new LinkedHashSet<>();

    public LivePicture(LiveObjects objects) {
        this.objects = objects;
    }

    public LiveObjects objects() {
        return objects;
    }

    /** An object as the API server has just answered it. */
    public void saw(LiveObject object) {
        doubtful.remove(object.key());
        objects = objects.with(object);
    }

    /** All objects of a kind as the API server has just listed them; those that are not in the picture and do not belong in it are left out. */
    public void listed(String apiVersion, String kind, JsonNode items) {
        Set<ObjectKey> there = new HashSet<>();
        for (JsonNode item : items) {
            ObjectNode content = item.deepCopy();
            LiveObject object = new LiveObject(
                    apiVersion, content.put("apiVersion", apiVersion).put("kind", kind));
            there.add(object.key());
            if (objects.find(object.key()).isPresent()
                    || object.label(PrunePlanner.LABEL).equals(PrunePlanner.LABEL_VALUE)) {
                saw(object);
            }
        }
        objects.objects().keySet().stream()
                .filter(key -> key.kind().equals(kind) && !there.contains(key))
                .forEach(this::gone);
    }

    /** It has been deleted and may take its time to go. */
    public void deleting(ObjectKey key) {
        objects.find(key).filter(object -> !object.terminating()).ifPresent(object -> {
            ObjectNode copy = object.copy();
            copy.withObjectProperty("metadata").put("deletionTimestamp", "asked for");
            objects = objects.with(new LiveObject(object.apiVersion(), copy));
        });
    }

    public void gone(ObjectKey key) {
        doubtful.remove(key);
        objects = objects.without(key);
    }

    /** It is not what it was taken for: it has to be asked for before anything is decided on it. */
    public void doubt(ObjectKey key) {
        doubtful.add(key);
    }

    public Set<ObjectKey> doubtful() {
        return Set.copyOf(doubtful);
    }

    public Set<ObjectKey> terminating() {
        return objects.all().stream()
                .filter(LiveObject::terminating)
                .map(LiveObject::key)
                .collect(Collectors.toUnmodifiableSet());
    }
}
