package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.ReleaseLine;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;

/**
 * {@code downgrade}: takes an instance down to the schemas of an earlier minor. Success is exit code 0 and nothing else;
 * the version row is written last, and silently.
 */
final class DowngradeCommand implements MigratorCommand {
    private final MigratorRun run;
    private final SchemaHistory history;
    private final SchemaDescriptions descriptions;

    DowngradeCommand(MigratorRun run, SchemaHistory history, SchemaDescriptions descriptions) {
        this.run = run;
        this.history = history;
        this.descriptions = descriptions;
    }

    static Flags.Definition flags(MigratorTraits traits) {
        Flags.Definition flags = new Flags.Definition()
                .required("from")
                .required("to")
                .bool("unprivileged-only")
                .bool("noop-privileged")
                .bool("skip-version-check")
                .bool("dry-run");
        if (traits.hasSeveralPrivilegedHashes()) {
            flags.list("privileged-hash");
        } else {
            flags.text("privileged-hash");
        }
        if (traits.checksDrift()) {
            flags.bool("skip-drift-check");
        }
        if (traits.hasDisableAnimation()) {
            flags.bool("disable-animation");
        }
        if (traits.hasIgnoreMigratorUpdate()) {
            flags.bool("ignore-migrator-update");
        }
        return flags;
    }

    @Override
    public void run(List<String> arguments) throws SQLException {
        Flags flags = flags(run.traits()).parse(arguments);
        flags.requireNoPositional();
        boolean dryRun = flags.bool("dry-run");
        new ReachabilityCheck(run).check(flags.bool("ignore-migrator-update"));
        ReleaseRange range = ReleaseRange.of(flags);
        range.requireDownwards();
        if (!dryRun) {
            run.faults().atStart();
        }
        DowngradePlan plan = plan(range);
        PrivilegedMode privileged = PrivilegedMode.of(flags);

        MigratorDatabases databases = new MigratorDatabases(run, history);
        databases.connectAll();
        VersionRow row = new VersionRow(databases.connection(SchemaName.FRONTEND));
        Release expected = new VersionAssertion(row).check(range.from(), flags.bool("skip-version-check"));
        if (run.traits().checksDrift() && !flags.bool("skip-drift-check")) {
            new DriftCheck(run, databases, descriptions).requireNone(expected);
        }
        SchemaRunner runner =
                new SchemaRunner(run, databases, history, new SchemaRunner.Options(privileged, true, true));
        OutOfBandRunner outOfBand = new OutOfBandRunner(run, databases, flags.bool("disable-animation"));
        for (int step = 0; step < plan.steps().size(); step++) {
            runStep(plan, step, runner, outOfBand, dryRun);
        }
        if (!dryRun) {
            run.faults().beforeVersionRow();
            new OtherSessions(run, databases).note("the version row");
            row.set(range.to());
        }
    }

    /** In the real order: the range of minors, then the interrupts, then the tags of the range. */
    private DowngradePlan plan(ReleaseRange range) {
        if (ReleaseLine.knownTo(run.settings().release())
                .range(range.to(), range.from())
                .isEmpty()) {
            range.requireKnown(run);
        }
        DowngradePlan plan = DowngradePlan.of(
                range.from(),
                range.to(),
                run.settings().outOfBandMigrations().knownTo(run.settings().release()),
                ReleaseLine.knownTo(run.settings().release()));
        range.requireKnown(run);
        return plan;
    }

    private void runStep(DowngradePlan plan, int index, SchemaRunner runner, OutOfBandRunner outOfBand, boolean dryRun)
            throws SQLException {
        DowngradePlan.Step step = plan.steps().get(index);
        run.output()
                .step("Migrating to v" + step.release().minorText() + " (step " + (index + 1) + " of "
                        + plan.steps().size() + ")");
        run.output().step("Running schema migrations");
        if (!dryRun) {
            runner.down(step.release(), EnumSet.allOf(SchemaName.class));
            run.output().success("Schema migrations complete");
        }
        if (!step.outOfBandMigrations().isEmpty()) {
            outOfBand.run(step.outOfBandMigrations(), true, dryRun);
        }
    }
}
