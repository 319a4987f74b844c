package com.sourcegraph.downgrade.manifest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The target manifests, read. */
public final class ManifestBundle {

    private final ManifestSource source;
    private final List<TargetObject> objects;
    private final String digest;
    private final Map<ObjectKey, TargetObject> byKey = new HashMap<>();

    /**
     * @param source where they were read
     * @param objects every object, in the order in which it was read; each {@link ObjectKey} once
     * @param digest {@code sha256:} and 64 hexadecimal digits over the canonical content (objects by key, fields by name): the same
     *     objects give the same digest, however they are split, packed, ordered or commented
     */
    public ManifestBundle(ManifestSource source, List<TargetObject> objects, String digest) {
        this.source = source;
        this.objects = List.copyOf(objects);
        this.digest = digest;
        this.objects.forEach(object -> byKey.putIfAbsent(object.key(), object));
    }

    public ManifestSource source() {
        return source;
    }

    public List<TargetObject> objects() {
        return objects;
    }

    public String digest() {
        return digest;
    }

    /** The target object of that key. */
    public Optional<TargetObject> find(ObjectKey key) {
        return Optional.ofNullable(byKey.get(key));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ManifestBundle that
                && source.equals(that.source)
                && objects.equals(that.objects)
                && digest.equals(that.digest);
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, digest);
    }

    @Override
    public String toString() {
        return "ManifestBundle[" + source + ", " + objects.size() + " objects, " + digest + "]";
    }
}
