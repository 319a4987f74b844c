package com.sourcegraph.downgrade.e2e;

import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.util.List;

/** What the databases themselves know of services: each writes a row every second while it lives. */
record Heartbeats(InstalledInstance instance) {

    /** Services whose last sign of life is from between the first revert and the last, as {@code <service> in <pod>}. */
    List<String> whileMigrating() {
        String rows = instance.query(SchemaName.FRONTEND, """
                SELECT string_agg(service || ' in ' || hostname, ', ')
                FROM service_heartbeats,
                    (SELECT min(started_at) AS began, max(finished_at) AS ended FROM migration_logs WHERE NOT up) AS reverts
                WHERE last_beat_at BETWEEN began AND ended
                """);
        return rows.equals("null") ? List.of() : List.of(rows.split(", "));
    }
}
