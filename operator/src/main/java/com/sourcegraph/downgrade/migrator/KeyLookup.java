package com.sourcegraph.downgrade.migrator;

import java.util.Optional;
import java.util.Set;

/** Which keys a ConfigMap or Secret of the instance's namespace has. */
public interface KeyLookup {
    /** Empty if there is no such object, or it may not be read. */
    Optional<Set<String>> configMap(String name);

    /** Empty if there is no such object, or it may not be read. */
    Optional<Set<String>> secret(String name);
}
