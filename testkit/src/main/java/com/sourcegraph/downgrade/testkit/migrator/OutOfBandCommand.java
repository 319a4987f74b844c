package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** {@code run-out-of-band-migrations}: runs some or all of them, in either direction, without any check or time limit. */
final class OutOfBandCommand implements MigratorCommand {
    private final MigratorRun run;
    private final SchemaHistory history;

    OutOfBandCommand(MigratorRun run, SchemaHistory history) {
        this.run = run;
        this.history = history;
    }

    @Override
    public void run(List<String> arguments) throws SQLException {
        Flags flags = new Flags.Definition()
                .list("id")
                .bool("apply-reverse")
                .bool("disable-animation")
                .parse(arguments);
        flags.requireNoPositional();
        List<Integer> ids = new ArrayList<>();
        for (String id : flags.list("id")) {
            try {
                ids.add(Integer.parseInt(id));
            } catch (NumberFormatException e) {
                throw new MigratorError("invalid value \"" + id + "\" for flag -id: parse error");
            }
        }
        List<Integer> unknown = ids.stream()
                .filter(id -> run
                        .settings()
                        .outOfBandMigrations()
                        .knownTo(run.settings().release())
                        .stream()
                        .noneMatch(migration -> migration.id() == id))
                .toList();
        if (!unknown.isEmpty()) {
            throw new MigratorError(
                    "unknown migration id(s) " + unknown.toString().replace(",", ""));
        }
        MigratorDatabases databases = new MigratorDatabases(run, history);
        databases.connectAll();
        new OutOfBandRunner(run, databases, flags.bool("disable-animation"))
                .run(ids, flags.bool("apply-reverse"), false);
    }
}
