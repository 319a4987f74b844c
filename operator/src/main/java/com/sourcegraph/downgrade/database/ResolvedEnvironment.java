package com.sourcegraph.downgrade.database;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container's environment with every reference followed.
 *
 * @param variables never shown: {@link #toString()} gives the names only
 * @param unusable variables that are beyond a bound, with the reason in words for people; none of them is among {@code
 *     variables}, also not as it was before it was replaced
 * @param tooLarge why none of the environment is used, a sentence for people; empty where it is within its bounds
 * @param missing what the environment refers to and could not be read, in words for people; optional references that
 *     lead nowhere are not listed
 */
public record ResolvedEnvironment(
        Map<String, String> variables, Map<String, String> unusable, Optional<String> tooLarge, List<String> missing) {
    public ResolvedEnvironment {
        variables = Map.copyOf(variables);
        unusable = Map.copyOf(unusable);
        missing = List.copyOf(missing);
    }

    @Override
    public String toString() {
        return "ResolvedEnvironment[variables=" + variables.keySet() + ", unusable=" + unusable + ", tooLarge="
                + tooLarge + ", missing=" + missing + "]";
    }
}
