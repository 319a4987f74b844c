package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.DriftStatus;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How much of anything a status holds. Texts and lists come from the instance: a thousand workloads, a bundle with a thousand mistakes
 * or a database that answers in megabytes must not make a status that the API server refuses (etcd takes 1.5 MiB), because a run that cannot write its journal stands still.
 */
final class Bounds {

    /** Of a message, in characters. */
    static final int MESSAGE = 1024;

    /** Of the next action: a sentence and a command. */
    static final int NEXT_ACTION = 2048;

    /** Of a text that there are many of. */
    static final int ENTRY = 512;

    /** Entries of a list. */
    static final int ENTRIES = 200;

    /**
     * Messages quote texts of objects and databases: a line break, an escape sequence or a mark that turns the direction of writing
     * would pass for the operator's own words, or steer the terminal of who reads it. Half a character, as a cut leaves it, is not
     * given back by the API server as it was.
     */
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\x{2028}\\x{2029}]+");

    /** The text, cut and of one line; null stays null. */
    static String message(String text) {
        return cut(text, MESSAGE);
    }

    static String nextAction(String text) {
        return cut(text, NEXT_ACTION);
    }

    static List<StepStatus> steps(List<StepStatus> steps) {
        return steps.stream()
                .map(step -> Steps.saying(step, message(step.message())))
                .toList();
    }

    static List<CheckStatus> checks(List<CheckStatus> checks) {
        return checks.stream()
                .limit(ENTRIES)
                .map(check -> new CheckStatus(
                        check.name(), check.result(), message(check.message()), message(check.remedy())))
                .toList();
    }

    /** What is left out is not lost: each workload carries its own replicas as an annotation. The plan counts them all. */
    static List<WorkloadStatus> workloads(List<WorkloadStatus> workloads) {
        return workloads.stream()
                .limit(ENTRIES)
                .map(workload -> new WorkloadStatus(
                        workload.kind(),
                        workload.name(),
                        workload.classification(),
                        cut(workload.reason(), ENTRY),
                        workload.replicas(),
                        cut(workload.state(), ENTRY),
                        cut(workload.broughtBackBy(), ENTRY),
                        workload.broughtBackSince(),
                        workload.broughtBackAt()))
                .toList();
    }

    /** The digest is of the whole plan, and stays. */
    static PlanStatus plan(PlanStatus plan) {
        if (plan == null) {
            return null;
        }
        return new PlanStatus(
                plan.digest(),
                plan.resolvedAt(),
                plan.from(),
                plan.to(),
                plan.strategy(),
                message(plan.strategyReason()),
                plan.flavour(),
                plan.migratorImage(),
                texts(plan.hops()),
                plan.outOfBandMigrations().stream().limit(ENTRIES).toList(),
                plan.manifestsDigest(),
                plan.objects(),
                texts(plan.delete()),
                texts(plan.scale()),
                texts(plan.irreversible()),
                texts(plan.warnings()));
    }

    /** Before and after are kept as they are, because one is compared with the other; they are cut where they are read. */
    static DriftStatus drift(DriftStatus drift) {
        return drift == null ? null : new DriftStatus(drift.before(), drift.after(), texts(drift.introduced()));
    }

    static MigrationStatus migration(MigrationStatus migration) {
        if (migration == null) {
            return null;
        }
        return new MigrationStatus(
                migration.job(),
                migration.attempt(),
                migration.retriesUsed(),
                migration.hop(),
                migration.hops(),
                migration.hopTo(),
                message(migration.phase()),
                migration.reverted(),
                migration.total(),
                migration.outOfBand().stream().limit(ENTRIES).toList(),
                message(migration.outOfBandProgress()),
                message(migration.lastError()),
                migration.lastProgress());
    }

    /** At most {@value #ENTRIES} texts; the last says how many there are beside them. */
    static List<String> texts(List<String> texts) {
        List<String> bounded = new ArrayList<>(
                texts.stream().limit(ENTRIES).map(text -> cut(text, ENTRY)).toList());
        if (texts.size() > ENTRIES) {
            bounded.set(ENTRIES - 1, "… and " + (texts.size() - ENTRIES + 1) + " more");
        }
        return bounded;
    }

    private static String cut(String text, int longest) {
        if (text == null) {
            return null;
        }
        String kept = text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
        return CONTROLS.matcher(kept).replaceAll(" ");
    }

    private Bounds() {}
}
