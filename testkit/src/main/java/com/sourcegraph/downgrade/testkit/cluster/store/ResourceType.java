package com.sourcegraph.downgrade.testkit.cluster.store;

import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.util.List;
import java.util.Set;

/**
 * One resource that the cluster serves.
 *
 * @param type the shape of its objects
 * @param subresources {@code status}, {@code scale}, {@code log}
 */
public record ResourceType(
        String group,
        String version,
        String plural,
        String singular,
        String kind,
        boolean namespaced,
        List<String> shortNames,
        List<String> categories,
        Set<String> subresources,
        ValueType type,
        boolean custom) {

    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code deployments.apps}, as messages name it. */
    public String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** {@code Deployment.apps}, as validation messages name it. */
    public String qualifiedKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    public boolean hasStatus() {
        return subresources.contains("status");
    }

    /** Identity for storage: a resource is the same whatever version it is read at. */
    public String storageKey() {
        return plural + "." + group;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResourceType that
                && that.apiVersion().equals(apiVersion())
                && that.plural.equals(plural);
    }

    @Override
    public int hashCode() {
        return plural.hashCode();
    }

    @Override
    public String toString() {
        return qualified();
    }
}
