package com.sourcegraph.downgrade.manifest;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What lives in the namespace and matters for the target manifests: a picture at one moment.
 *
 * @param objects the objects that were found, with their managed fields
 * @param unserved target objects whose kind this cluster does not serve
 * @param references ConfigMaps, Secrets and ServiceAccounts that the target's workloads name and that exist outside the target
 */
public record LiveObjects(Map<ObjectKey, LiveObject> objects, Set<ObjectKey> unserved, Set<ObjectKey> references) {

    public LiveObjects {
        objects = Map.copyOf(objects);
        unserved = Set.copyOf(unserved);
        references = Set.copyOf(references);
    }

    /** An empty namespace on a cluster that serves everything. */
    public static LiveObjects none() {
        return new LiveObjects(Map.of(), Set.of(), Set.of());
    }

    public Optional<LiveObject> find(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    public Collection<LiveObject> all() {
        return objects.values();
    }
}
