package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one look found in an instance's databases.
 *
 * @param schemas one entry for each schema that credentials were given for
 * @param versions the row, if {@code versionsLookup} is {@link VersionsLookup#FOUND}
 * @param outOfBand in the order of their ids; empty if not asked for or not readable
 */
public record DatabaseState(
        Map<Schema, SchemaState> schemas,
        VersionsLookup versionsLookup,
        Optional<VersionsRow> versions,
        List<OutOfBandMigration> outOfBand,
        Instant observedAt) {
    public DatabaseState {
        schemas = Map.copyOf(schemas);
        outOfBand = List.copyOf(outOfBand);
    }

    public Optional<SchemaState.Reachable> reachable(Schema schema) {
        return schemas.get(schema) instanceof SchemaState.Reachable found ? Optional.of(found) : Optional.empty();
    }

    public boolean allReachable() {
        return !schemas.isEmpty()
                && schemas.values().stream().allMatch(state -> state instanceof SchemaState.Reachable);
    }

    /** The message of each database that did not answer. */
    public Map<Schema, String> unreachable() {
        return schemas.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof SchemaState.Unreachable)
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> ((SchemaState.Unreachable) entry.getValue()).message()));
    }
}
