package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.MigrationLog;
import com.sourcegraph.downgrade.database.SchemaState;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.release.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads from the databases whether the schemas are where they should be. */
final class SchemaRule {

    private SchemaRule() {}

    /** The release in the versions row. */
    static Optional<Version> row(DatabaseState state) {
        return state.versions().flatMap(VersionsRow::release);
    }

    static boolean rowIs(DatabaseState state, Minor minor) {
        return row(state).map(Version::toMinor).filter(minor::equals).isPresent();
    }

    /** What is wrong with a schema that should be at that minor; empty if nothing is. */
    static List<String> problems(DatabaseState state, Minor minor) {
        List<String> problems = new ArrayList<>();
        state.unreachable().forEach((schema, message) -> problems.add("database of " + schema + ": " + message));
        if (!problems.isEmpty()) {
            return problems;
        }
        if (!rowIs(state, minor)) {
            problems.add("the versions row says "
                    + state.versions().map(VersionsRow::version).orElse("nothing") + ", not " + minor);
        }
        for (Map.Entry<Schema, SchemaState> entry : new TreeMap<>(state.schemas()).entrySet()) {
            if (entry.getValue() instanceof SchemaState.Reachable reachable && !reachable.isClean()) {
                add(problems, entry.getKey(), "failed", reachable.failed());
                add(problems, entry.getKey(), "pending", reachable.pending());
                add(problems, entry.getKey(), "interrupted while being reverted", reachable.interruptedReverts());
            }
        }
        return problems;
    }

    /** Reverts that were interrupted; a migrator that runs again skips them without a word. */
    static Map<Schema, List<MigrationLog>> interrupted(DatabaseState state) {
        Map<Schema, List<MigrationLog>> found = new TreeMap<>();
        state.schemas().forEach((schema, seen) -> {
            if (seen instanceof SchemaState.Reachable reachable
                    && !reachable.interruptedReverts().isEmpty()) {
                found.put(schema, reachable.interruptedReverts());
            }
        });
        return found;
    }

    static String ids(List<MigrationLog> logs) {
        return logs.stream().map(log -> String.valueOf(log.version())).collect(Collectors.joining(", "));
    }

    private static void add(List<String> problems, Schema schema, String what, List<MigrationLog> logs) {
        if (!logs.isEmpty()) {
            problems.add("schema " + schema + " has migrations " + what + ": " + ids(logs));
        }
    }
}
