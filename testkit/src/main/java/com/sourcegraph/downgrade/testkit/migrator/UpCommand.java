package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code up}: applies what the migrator's own release has. It is what the frontend's init container runs, and does
 * nothing where auto-upgrade is on.
 */
final class UpCommand implements MigratorCommand {
    private final MigratorRun run;
    private final SchemaHistory history;

    UpCommand(MigratorRun run, SchemaHistory history) {
        this.run = run;
        this.history = history;
    }

    @Override
    public void run(List<String> arguments) throws SQLException {
        Flags flags = new Flags.Definition()
                .list("db")
                .bool("unprivileged-only")
                .bool("noop-privileged")
                .list("privileged-hash")
                .bool("ignore-single-dirty-log")
                .bool("ignore-single-pending-log")
                .bool("skip-upgrade-validation")
                .bool("skip-oobmigration-validation")
                .parse(arguments);
        flags.requireNoPositional();
        Set<SchemaName> schemas = SchemaSelection.several(flags.list("db"), run.output());
        PrivilegedMode privileged = PrivilegedMode.of(flags);

        MigratorDatabases databases = new MigratorDatabases(run, history);
        databases.connectAll();
        Connection frontend = databases.connection(SchemaName.FRONTEND);
        if (isSet(run.environment().get("SRC_AUTOUPGRADE")) || new VersionRow(frontend).autoUpgrade()) {
            run.output().info("Auto-upgrade flag is set, delegating upgrade to frontend instance");
            return;
        }
        InstanceState state = new InstanceState(history, run.settings().outOfBandMigrations());
        if (!flags.bool("skip-upgrade-validation")) {
            require(InstanceState.refusedUpgrade(
                    new VersionRow(frontend).text(), run.settings().release()));
        }
        if (!flags.bool("skip-oobmigration-validation")) {
            require(state.unfinishedOutOfBand(frontend, run.settings().release()));
        }
        new SchemaRunner(
                        run,
                        databases,
                        history,
                        new SchemaRunner.Options(
                                privileged,
                                flags.bool("ignore-single-dirty-log"),
                                flags.bool("ignore-single-pending-log")))
                .up(run.settings().release(), schemas);
        run.output().success("Schema(s) are up-to-date!");
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty() && !value.equals("false") && !value.equals("0");
    }

    private static void require(Optional<String> error) {
        error.ifPresent(text -> {
            throw new MigratorError(text);
        });
    }
}
