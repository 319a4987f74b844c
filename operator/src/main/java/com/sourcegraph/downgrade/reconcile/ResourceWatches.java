package com.sourcegraph.downgrade.reconcile;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the namespaces' resources are watched. A namespace that is deleted, or whose role is taken away, must hold up no
 * other: it is told, once when its watch ends and once when it is back, and the SDK goes on trying.
 */
final class ResourceWatches {

    private static final Logger LOGGER = LoggerFactory.getLogger(ResourceWatches.class);

    private final Supplier<Map<String, Boolean>> watched;
    private Set<String> told = Set.of();

    /** @param watched whether it is watched, by namespace */
    ResourceWatches(Supplier<Map<String, Boolean>> watched) {
        this.watched = watched;
    }

    /** Whether there is any that is watched: without one this process can do nothing. Tells what has changed since the last look. */
    boolean any() {
        return look().containsValue(true);
    }

    /** How many are not watched. */
    int missing() {
        return missing(look()).size();
    }

    private synchronized Map<String, Boolean> look() {
        Map<String, Boolean> now = watched.get();
        Set<String> missing = missing(now);
        for (String namespace : missing) {
            if (!told.contains(namespace)) {
                LOGGER.atWarn()
                        .addKeyValue("namespace", namespace)
                        .log(
                                "The SourcegraphDowngrades of this namespace cannot be watched, and their runs wait; the operator"
                                        + " keeps trying. Does the namespace exist, and the operator's RoleBinding in it?");
            }
        }
        for (String namespace : told) {
            if (!missing.contains(namespace)) {
                LOGGER.atInfo()
                        .addKeyValue("namespace", namespace)
                        .log("The SourcegraphDowngrades of this namespace are watched again");
            }
        }
        told = missing;
        return now;
    }

    private static Set<String> missing(Map<String, Boolean> now) {
        return now.entrySet().stream()
                .filter(entry -> !entry.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
