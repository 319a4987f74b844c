package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a migrator's log has told so far. All texts are redacted and bounded.
 *
 * @param migratorVersion from its first line
 * @param hop the current step of its plan, from 1; 0 before the first
 * @param hops how many steps there are; 0 while unknown
 * @param plan the steps seen so far; all of them after a dry run
 * @param schema the schema whose migrations run
 * @param migrations per schema, in the current hop
 * @param outOfBand percent per out-of-band migration in the current hop; falls towards 0 where the migration reports it
 * @param warnings each once, in order
 * @param drifted schemas whose drift made it refuse
 * @param lastError the error that ended it, or the last one it reported
 * @param privileged to be applied by a person after the downgrade
 */
public record MigratorProgress(
        MigratorPhase phase,
        Optional<String> migratorVersion,
        int hop,
        int hops,
        List<MigratorHop> plan,
        Optional<Schema> schema,
        Map<Schema, MigrationCount> migrations,
        Map<Integer, Double> outOfBand,
        List<String> warnings,
        List<String> drifted,
        Optional<String> lastError,
        List<PrivilegedSql> privileged) {
    public MigratorProgress {
        plan = List.copyOf(plan);
        migrations = Map.copyOf(migrations);
        outOfBand = Map.copyOf(outOfBand);
        warnings = List.copyOf(warnings);
        drifted = List.copyOf(drifted);
        privileged = List.copyOf(privileged);
    }

    /** Nothing read yet. */
    public static MigratorProgress none() {
        return new MigratorProgress(
                MigratorPhase.STARTING,
                Optional.empty(),
                0,
                0,
                List.of(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    /** The minor that the current hop goes to. */
    public Optional<Minor> hopTo() {
        return plan.stream()
                .filter(step -> step.number() == hop)
                .map(MigratorHop::to)
                .findFirst();
    }

    /** Migrations reverted in the current hop, over all schemas. */
    public MigrationCount total() {
        return migrations.values().stream()
                .reduce(
                        new MigrationCount(0, 0),
                        (a, b) -> new MigrationCount(a.done() + b.done(), a.total() + b.total()));
    }

    /** For the status, such as {@code hop 1 of 3 to 4.5: OutOfBandMigrations 19 100%, 20 0%}. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        if (hop > 0) {
            text.append("hop ").append(hop).append(" of ").append(hops);
            hopTo().ifPresent(minor -> text.append(" to ").append(minor));
            text.append(": ");
        }
        text.append(phase.id());
        if (phase == MigratorPhase.SCHEMA_MIGRATIONS && total().total() > 0) {
            text.append(' ').append(total().done()).append('/').append(total().total());
            schema.ifPresent(current -> text.append(" (").append(current.id()).append(')'));
        }
        if (phase == MigratorPhase.OUT_OF_BAND_MIGRATIONS && !outOfBand.isEmpty()) {
            text.append(' ').append(describeOutOfBand());
        }
        return text.toString();
    }

    /** Such as {@code 17 100%, 18 40%}, in the order of ids. */
    public String describeOutOfBand() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(outOfBand).forEach((id, percent) -> text.append(text.isEmpty() ? "" : ", ")
                .append(id)
                .append(' ')
                .append(Math.round(percent))
                .append('%'));
        return text.toString();
    }
}
