package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.release.Schema;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Counts migrations within one hop, from the structured lines; which come only at log level info. */
final class HopProgress {
    /** Out-of-band migrations of a hop; all releases together have some thirty. */
    static final int MOST_OUT_OF_BAND = 200;

    /** Migrations of a schema in a hop; no schema has ever had a thousand. What is beyond is not counted: it looks slower. */
    private static final int MOST_MIGRATIONS = 5_000;

    private static final int LONGEST_ID = 32;

    private final Map<Schema, Set<String>> begun = new EnumMap<>(Schema.class);
    private final Map<Schema, String> running = new EnumMap<>(Schema.class);
    private final Map<Schema, Integer> totals = new EnumMap<>(Schema.class);
    private final Map<Integer, Double> percents = new TreeMap<>();
    private Optional<Schema> current = Optional.empty();
    private boolean complete;

    Optional<Schema> current() {
        return current;
    }

    Map<Integer, Double> percents() {
        return percents;
    }

    /** The migrator is about to apply that many; on a second round, what the first one did stays done. */
    void announce(Schema schema, int count) {
        current = Optional.of(schema);
        running.remove(schema);
        totals.put(schema, done(schema) + count);
    }

    void begin(Schema schema, String id) {
        current = Optional.of(schema);
        String kept = id.length() <= LONGEST_ID ? id : id.substring(0, LONGEST_ID);
        Set<String> all = begun.computeIfAbsent(schema, key -> new HashSet<>());
        if (all.size() < MOST_MIGRATIONS) {
            all.add(kept);
        }
        running.put(schema, kept);
    }

    /** That schema is where it should be, or its lock was given back. */
    void finish(Schema schema) {
        running.remove(schema);
    }

    /** The hop's schema migrations are complete, also those whose lines were not logged. */
    void finishAll() {
        running.clear();
        complete = true;
        current = Optional.empty();
    }

    void percent(int id, double percent) {
        if (percents.size() < MOST_OUT_OF_BAND || percents.containsKey(id)) {
            percents.put(id, percent);
        }
    }

    Map<Schema, MigrationCount> counts() {
        Map<Schema, MigrationCount> counts = new EnumMap<>(Schema.class);
        totals.forEach((schema, total) ->
                counts.put(schema, new MigrationCount(complete ? total : Math.min(done(schema), total), total)));
        return counts;
    }

    private int done(Schema schema) {
        return begun.getOrDefault(schema, Set.of()).size() - (running.containsKey(schema) ? 1 : 0);
    }
}
