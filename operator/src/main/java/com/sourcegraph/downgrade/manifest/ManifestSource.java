package com.sourcegraph.downgrade.manifest;

import java.util.List;
import java.util.Objects;

/**
 * Where the target manifests are kept.
 *
 * @param kind ConfigMap or Secret, in the resource's own namespace
 * @param name its name
 * @param keys the keys to read, in this order; empty reads all, in the order of their names
 */
public record ManifestSource(Kind kind, String name, List<String> keys) {

    /** What holds the manifests. */
    public enum Kind {
        CONFIG_MAP("ConfigMap"),
        SECRET("Secret");

        private final String kubernetesKind;

        Kind(String kubernetesKind) {
            this.kubernetesKind = kubernetesKind;
        }

        /** The Kubernetes kind, {@code ConfigMap} or {@code Secret}. */
        public String kubernetesKind() {
            return kubernetesKind;
        }
    }

    public ManifestSource {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
        keys = List.copyOf(keys);
    }

    /** The object that holds the manifests. It is never pruned. */
    public ObjectKey key() {
        return new ObjectKey("", kind.kubernetesKind(), name);
    }

    @Override
    public String toString() {
        return kind.kubernetesKind() + "/" + name;
    }
}
