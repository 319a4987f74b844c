package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.DriftStatus;
import com.sourcegraph.downgrade.api.DriftSummary;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.migrator.DriftResult;
import com.sourcegraph.downgrade.release.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Drift as the journal keeps it, and what of it is new. Only drift that was not there before counts against a run.
 *
 * @param summaries one a schema
 * @param introduced what was not there before, as {@code schema: problem}
 * @param undetermined why it cannot be told whether a schema has drifted, or whether it had before
 */
record DriftComparison(List<DriftSummary> summaries, List<String> introduced, List<String> undetermined) {

    /** How many problems of a schema the status keeps; the Job's log has them all. */
    static final int KEPT = 20;

    static List<DriftSummary> summarise(JobResult result) {
        List<DriftSummary> summaries = new ArrayList<>();
        for (Map.Entry<Schema, DriftResult> entry : new TreeMap<>(result.drift()).entrySet()) {
            summaries.add(summary(entry.getKey(), entry.getValue()));
        }
        return summaries;
    }

    static DriftComparison after(Journal journal, JobResult result) {
        List<DriftSummary> before = journal.status()
                .map(SourcegraphDowngradeStatus::drift)
                .map(DriftStatus::before)
                .orElse(List.of());
        List<String> introduced = new ArrayList<>();
        List<String> undetermined = new ArrayList<>();
        for (Schema schema : Schema.values()) {
            DriftResult now =
                    result.drift().getOrDefault(schema, new DriftResult.Undetermined("the drift check left no result"));
            DriftResult added = now.newSince(remembered(before, schema));
            if (added instanceof DriftResult.Found found) {
                found.problems().stream().limit(KEPT).forEach(problem -> introduced.add(schema + ": " + problem));
            } else if (added instanceof DriftResult.Undetermined unknown) {
                undetermined.add(schema + ": " + unknown.reason());
            }
        }
        return new DriftComparison(summarise(result), introduced, undetermined);
    }

    /** One sentence. */
    String summary() {
        if (!introduced.isEmpty()) {
            return "The downgrade left drift that was not there before: " + String.join("; ", first(introduced));
        }
        if (!undetermined.isEmpty()) {
            return "Whether the downgrade left drift cannot be told: " + String.join("; ", first(undetermined));
        }
        return "Versions row, logs and schemas are those of the target; no drift that was not there before";
    }

    private static DriftResult remembered(List<DriftSummary> before, Schema schema) {
        return before.stream()
                .filter(summary -> summary.schema().equals(schema.id()))
                .findFirst()
                .<DriftResult>map(summary -> switch (summary.result()) {
                    case "None" -> new DriftResult.None();
                    case "Found" ->
                        new DriftResult.Found(summary.problems(), summary.more() == null ? 0 : summary.more());
                    default -> new DriftResult.Undetermined(String.join("; ", summary.problems()));
                })
                .orElse(new DriftResult.Undetermined("it was not looked for before"));
    }

    private static List<String> first(List<String> all) {
        return all.subList(0, Math.min(3, all.size()));
    }

    private static DriftSummary summary(Schema schema, DriftResult result) {
        if (result instanceof DriftResult.Found found) {
            List<String> kept = found.problems().stream().limit(KEPT).toList();
            int more = found.more() + found.problems().size() - kept.size();
            return new DriftSummary(schema.id(), result.id(), kept, more == 0 ? null : more);
        }
        if (result instanceof DriftResult.Undetermined unknown) {
            return new DriftSummary(schema.id(), result.id(), List.of(unknown.reason()), null);
        }
        return new DriftSummary(schema.id(), result.id(), List.of(), null);
    }
}
