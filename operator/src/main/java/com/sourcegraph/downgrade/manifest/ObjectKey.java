package com.sourcegraph.downgrade.manifest;

import java.util.Comparator;
import java.util.Objects;

/**
 * Names one object of the namespace, whatever version of its API group serves it.
 *
 * @param apiGroup the group without version, empty for the core group
 * @param kind the kind, for example {@code Deployment}
 * @param name the object's name
 */
public record ObjectKey(String apiGroup, String kind, String name) implements Comparable<ObjectKey> {

    private static final Comparator<ObjectKey> ORDER =
            Comparator.comparing(ObjectKey::kind).thenComparing(ObjectKey::name).thenComparing(ObjectKey::apiGroup);

    public ObjectKey {
        Objects.requireNonNull(apiGroup, "apiGroup");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }

    /** The key of an object with this {@code apiVersion} ({@code v1}, {@code apps/v1}), kind and name. */
    public static ObjectKey of(String apiVersion, String kind, String name) {
        int slash = apiVersion.indexOf('/');
        return new ObjectKey(slash < 0 ? "" : apiVersion.substring(0, slash), kind, name);
    }

    /** The key with another kind: the other side of a same-name kind swap. */
    public ObjectKey withKind(String otherKind) {
        return new ObjectKey(apiGroup, otherKind, name);
    }

    /** The message with the object's name before it, unless it names it already. */
    public String naming(String message) {
        return message.startsWith(this + ":") || message.contains(this + " ") ? message : this + ": " + message;
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    /** As people and {@code kubectl} write it: {@code Deployment/searcher}. */
    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
