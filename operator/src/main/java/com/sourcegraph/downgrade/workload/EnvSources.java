package com.sourcegraph.downgrade.workload;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks up the ConfigMaps and Secrets that a container's environment comes from, each by name: Secrets are never
 * listed or watched, and their values stay where they are.
 */
public interface EnvSources {
    /** The ConfigMap's data; empty where it does not exist or may not be read. */
    Optional<Map<String, String>> configMap(String name);

    /** The Secret's keys whose value is not empty; empty where it does not exist or may not be read. */
    Optional<Set<String>> secretKeys(String name);
}
