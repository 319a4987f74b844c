package com.sourcegraph.downgrade.manifest;

import java.util.List;
import java.util.Locale;
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

    /** A command that makes it of a file. */
    public String creation(String namespace) {
        return kubectl(namespace, "create", kind == Kind.SECRET ? "secret generic" : "configmap") + " --from-file="
                + (keys.isEmpty() ? "sourcegraph.yaml" : keys.get(0) + "=sourcegraph.yaml");
    }

    /** Commands that make it of a file, whether it is there or not, and whatever else it holds. */
    public String replacement(String namespace) {
        return kubectl(namespace, "delete", kind.kubernetesKind().toLowerCase(Locale.ROOT)) + " --ignore-not-found && "
                + creation(namespace);
    }

    private String kubectl(String namespace, String verb, String what) {
        return "kubectl -n " + namespace + " " + verb + " " + what + " " + name;
    }

    @Override
    public String toString() {
        return kind.kubernetesKind() + "/" + name;
    }
}
