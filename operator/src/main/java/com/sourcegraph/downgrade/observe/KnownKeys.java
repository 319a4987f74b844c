package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.migrator.KeyLookup;
import com.sourcegraph.downgrade.workload.EnvSources;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of the ConfigMaps and Secrets that the workloads' environments come from, which were read for these already. */
record KnownKeys(EnvSources sources) implements KeyLookup {

    @Override
    public Optional<Set<String>> configMap(String name) {
        return sources.configMap(name).map(Map::keySet);
    }

    @Override
    public Optional<Set<String>> secret(String name) {
        return sources.secretKeys(name);
    }
}
