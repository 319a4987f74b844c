package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code validate}: whether the instance is what the migrator's own release needs. Newer migrations are no error. */
final class ValidateCommand implements MigratorCommand {
    private final MigratorRun run;
    private final SchemaHistory history;

    ValidateCommand(MigratorRun run, SchemaHistory history) {
        this.run = run;
        this.history = history;
    }

    @Override
    public void run(List<String> arguments) throws SQLException {
        Flags flags = new Flags.Definition()
                .list("db")
                .bool("skip-out-of-band-migrations")
                .parse(arguments);
        flags.requireNoPositional();
        Set<SchemaName> schemas = SchemaSelection.several(flags.list("db"), run.output());
        MigratorDatabases databases = new MigratorDatabases(run, history);
        databases.connectAll();
        InstanceState state = new InstanceState(history, run.settings().outOfBandMigrations());
        List<MigratorError> errors = new ArrayList<>();
        for (SchemaName schema : schemas) {
            state.outdatedSchema(
                            databases.connection(schema), schema, run.settings().release())
                    .map(MigratorError::new)
                    .ifPresent(errors::add);
        }
        if (!errors.isEmpty()) {
            throw MigratorError.of(errors);
        }
        run.output().success("schema okay!");
        if (!flags.bool("skip-out-of-band-migrations")) {
            Optional<String> unfinished = state.unfinishedOutOfBand(
                    databases.connection(SchemaName.FRONTEND), run.settings().release());
            if (unfinished.isPresent()) {
                throw new MigratorError(unfinished.get());
            }
            run.output().success("oobmigrations okay!");
        }
    }
}
