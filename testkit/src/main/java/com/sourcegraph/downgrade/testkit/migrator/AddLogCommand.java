package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.MigrationLog;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** {@code add-log}: writes that a migration was applied or reverted, without running anything. */
final class AddLogCommand implements MigratorCommand {
    private final MigratorRun run;
    private final SchemaHistory history;

    AddLogCommand(MigratorRun run, SchemaHistory history) {
        this.run = run;
        this.history = history;
    }

    @Override
    public void run(List<String> arguments) throws SQLException {
        Flags flags = new Flags.Definition()
                .required("db")
                .required("version")
                .bool("up")
                .parse(arguments);
        flags.requireNoPositional();
        SchemaName schema = SchemaSelection.one(flags.text("db").orElseThrow(), run.output());
        String text = flags.text("version").orElseThrow();
        int version;
        try {
            version = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new MigratorError("invalid value \"" + text + "\" for flag -version: parse error");
        }
        boolean up = !flags.has("up") || flags.bool("up");
        MigratorDatabases databases = new MigratorDatabases(run, history);
        databases.connect(schema);
        MigrationLog log = databases.log(schema);
        run.log()
                .info(
                        "Writing new completed migration log",
                        Map.of("schema", schema.label(), "migrationID", version, "up", up));
        log.addSuccess(version, up);
    }
}
