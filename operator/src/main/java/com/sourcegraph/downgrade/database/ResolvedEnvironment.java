package com.sourcegraph.downgrade.database;

import java.util.List;
import java.util.Map;

/**
 * A container's environment with every reference followed.
 *
 * @param variables never shown: {@link #toString()} gives the names only
 * @param missing what the environment refers to and could not be read, in words for people; optional references that
 *     lead nowhere are not listed
 */
public record ResolvedEnvironment(Map<String, String> variables, List<String> missing) {
    public ResolvedEnvironment {
        variables = Map.copyOf(variables);
        missing = List.copyOf(missing);
    }

    @Override
    public String toString() {
        return "ResolvedEnvironment[variables=" + variables.keySet() + ", missing=" + missing + "]";
    }
}
