package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigration;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.ReleaseLine;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * {@code upgrade}: the way back up. Out-of-band migrations run at the last minor before their deprecation; the real
 * planner groups them into fewer steps, which makes no difference to what is written.
 */
final class UpgradeCommand implements MigratorCommand {
    private final MigratorRun run;
    private final SchemaHistory history;
    private final SchemaDescriptions descriptions;

    UpgradeCommand(MigratorRun run, SchemaHistory history, SchemaDescriptions descriptions) {
        this.run = run;
        this.history = history;
        this.descriptions = descriptions;
    }

    @Override
    public void run(List<String> arguments) throws SQLException {
        Flags flags = DowngradeCommand.flags(run.traits()).parse(arguments);
        flags.requireNoPositional();
        boolean dryRun = flags.bool("dry-run");
        new ReachabilityCheck(run).check(flags.bool("ignore-migrator-update"));
        ReleaseRange range = ReleaseRange.of(flags);
        range.requireUpwards();
        range.requireKnown(run);
        PrivilegedMode privileged = PrivilegedMode.of(flags);
        NavigableMap<Release, List<Integer>> steps = steps(range);

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
        int number = 0;
        for (var step : steps.entrySet()) {
            number++;
            run.output()
                    .step("Migrating to v" + step.getKey().minorText() + " (step " + number + " of " + steps.size()
                            + ")");
            run.output().step("Running schema migrations");
            if (!dryRun) {
                runner.up(step.getKey(), EnumSet.allOf(SchemaName.class));
                run.output().success("Schema migrations complete");
            }
            if (!step.getValue().isEmpty()) {
                outOfBand.run(step.getValue(), false, dryRun);
            }
        }
        if (!dryRun) {
            run.faults().beforeVersionRow();
            row.set(range.to());
        }
    }

    private NavigableMap<Release, List<Integer>> steps(ReleaseRange range) {
        NavigableMap<Release, List<Integer>> steps = new TreeMap<>();
        steps.put(range.to(), List.of());
        for (OutOfBandMigration migration :
                run.settings().outOfBandMigrations().knownTo(run.settings().release())) {
            migration
                    .deprecated()
                    .filter(end -> end.compareTo(range.from()) > 0 && end.compareTo(range.to()) <= 0)
                    .map(end -> lastBefore(end, range.from()))
                    .ifPresent(point -> steps.merge(point, List.of(migration.id()), UpgradeCommand::concatenated));
        }
        return steps;
    }

    private static Release lastBefore(Release end, Release from) {
        Release point = from;
        var line = ReleaseLine.whole();
        while (line.next(point).isBefore(end)) {
            point = line.next(point);
        }
        return point;
    }

    private static List<Integer> concatenated(List<Integer> one, List<Integer> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
