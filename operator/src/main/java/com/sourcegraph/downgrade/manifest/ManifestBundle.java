package com.sourcegraph.downgrade.manifest;

import java.util.List;
import java.util.Optional;

/**
 * The target manifests, read.
 *
 * @param source where they were read
 * @param objects every object, in the order in which it was read; each {@link ObjectKey} once
 * @param digest {@code sha256:} and 64 hexadecimal digits over the canonical content (objects by key, fields by name): the same objects
 *     give the same digest, however they are split, packed, ordered or commented
 */
public record ManifestBundle(ManifestSource source, List<TargetObject> objects, String digest) {

    public ManifestBundle {
        objects = List.copyOf(objects);
    }

    /** The target object of that key. */
    public Optional<TargetObject> find(ObjectKey key) {
        return objects.stream().filter(object -> object.key().equals(key)).findFirst();
    }
}
