package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.MigrationLog;
import com.sourcegraph.downgrade.database.SchemaState;
import com.sourcegraph.downgrade.release.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** No schema is dirty and none has a migration half done. */
final class SchemasCheck implements Check {

    private static final Found FOUND = new Found("Schemas");

    /** So many migrations are named; the rest is counted. */
    private static final int TOLD = 5;

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<DatabaseState> state = input.databaseState();
        if (state.isEmpty() || !state.get().allReachable()) {
            return FOUND.skipped("Not every database was read");
        }
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<Schema, SchemaState> entry : new TreeMap<>(state.get().schemas()).entrySet()) {
            SchemaState.Reachable schema = (SchemaState.Reachable) entry.getValue();
            if (!schema.hasMigrationLogs()) {
                wrong.add("schema " + entry.getKey() + " has no table migration_logs");
            }
            add(wrong, entry.getKey(), "failed (the schema is dirty)", schema.failed());
            add(wrong, entry.getKey(), "begun and not ended", schema.pending());
            add(wrong, entry.getKey(), "interrupted while being reverted", schema.interruptedReverts());
        }
        if (!wrong.isEmpty()) {
            return FOUND.failed(
                    Found.told(wrong),
                    "Repair the schema at its current release first, as the documentation of dirty databases says: run the migrator's up, or add-log for a migration that is in place");
        }
        return FOUND.passed("No schema is dirty, no migration is half done");
    }

    private static void add(List<String> wrong, Schema schema, String how, List<MigrationLog> logs) {
        if (!logs.isEmpty()) {
            String ids = logs.stream()
                    .map(log -> String.valueOf(log.version()))
                    .limit(TOLD)
                    .collect(Collectors.joining(", "));
            String rest = logs.size() <= TOLD ? "" : " and " + (logs.size() - TOLD) + " more";
            wrong.add("schema " + schema + " has migrations " + how + ": " + ids + rest);
        }
    }
}
