package com.sourcegraph.downgrade.manifest;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What lives in the namespace and matters for the target manifests: a picture at one moment.
 *
 * @param objects the objects that were found, with their managed fields
 * @param unserved target objects whose kind this cluster does not serve
 * @param clusterScoped target objects that, by this cluster's discovery, belong to no namespace
 * @param references ConfigMaps, Secrets, ServiceAccounts and claims that the target's workloads name and that exist outside the target
 */
public record LiveObjects(
        Map<ObjectKey, LiveObject> objects,
        Set<ObjectKey> unserved,
        Set<ObjectKey> clusterScoped,
        Set<ObjectKey> references) {

    public LiveObjects {
        objects = Map.copyOf(objects);
        unserved = Set.copyOf(unserved);
        clusterScoped = Set.copyOf(clusterScoped);
        references = Set.copyOf(references);
    }

    /** An empty namespace on a cluster that serves everything. */
    public static LiveObjects none() {
        return new LiveObjects(Map.of(), Set.of(), Set.of(), Set.of());
    }

    /** These objects, on a cluster that serves everything. */
    public static LiveObjects of(Collection<LiveObject> objects) {
        return new LiveObjects(
                objects.stream().collect(Collectors.toUnmodifiableMap(LiveObject::key, object -> object)),
                Set.of(),
                Set.of(),
                Set.of());
    }

    /** The same picture with that object as it is now. */
    LiveObjects with(LiveObject object) {
        Map<ObjectKey, LiveObject> now = new HashMap<>(objects);
        now.put(object.key(), object);
        return new LiveObjects(now, unserved, clusterScoped, references);
    }

    /** The same picture without that object. */
    LiveObjects without(ObjectKey key) {
        Map<ObjectKey, LiveObject> now = new HashMap<>(objects);
        now.remove(key);
        return new LiveObjects(now, unserved, clusterScoped, references);
    }

    public Optional<LiveObject> find(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** All objects, in a stable order. */
    public Collection<LiveObject> all() {
        return objects.values().stream()
                .sorted(Comparator.comparing(LiveObject::key))
                .toList();
    }
}
