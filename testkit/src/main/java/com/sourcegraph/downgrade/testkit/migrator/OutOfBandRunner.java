package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigration;
import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigration.Down;
import com.sourcegraph.downgrade.testkit.postgres.OutOfBandTable;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Runs out-of-band migrations until they are complete, however long that takes. */
final class OutOfBandRunner {
    /** How much of a migration one batch does. */
    private static final double BATCH = 0.25;

    /** Splits the payload of LSIF documents; its progress on an empty table is 1 in both directions. */
    private static final int DOCUMENT_COLUMNS = 7;

    /** Saves recording times of insights; its way back deletes them. */
    private static final int RECORDING_TIMES = 17;

    private final MigratorRun run;
    private final MigratorDatabases databases;
    private final boolean disableAnimation;
    private final OtherSessions others;

    OutOfBandRunner(MigratorRun run, MigratorDatabases databases, boolean disableAnimation) {
        this.run = run;
        this.databases = databases;
        this.disableAnimation = disableAnimation;
        this.others = new OtherSessions(run, databases);
    }

    /**
     * @param ids which ones; empty means all that the migrator knows
     */
    void run(Collection<Integer> ids, boolean reverse, boolean dryRun) throws SQLException {
        String names = ids.stream().map(String::valueOf).collect(Collectors.joining(" ", " [", "]"));
        if (!ids.isEmpty()) {
            run.output().step("Running out of band migrations" + names);
        }
        if (dryRun) {
            return;
        }
        if (ids.isEmpty() || run.traits().announcesOutOfBandTwice()) {
            run.output().step("Running out of band migrations" + (ids.isEmpty() ? "" : names));
        }
        Connection frontend = databases.connection(SchemaName.FRONTEND);
        requireSiteConfig(frontend);
        OutOfBandTable table = new OutOfBandTable(frontend);
        List<OutOfBandMigration> known =
                run.settings().outOfBandMigrations().knownTo(run.settings().release());
        table.synchronize(known);
        List<Integer> selected =
                ids.isEmpty() ? known.stream().map(OutOfBandMigration::id).toList() : List.copyOf(ids);
        table.setDirection(selected, reverse);
        try {
            runUntilComplete(table, selected);
        } catch (SQLException e) {
            run.process().requireAlive();
            run.output().failure("Out of band migrations failed: " + MigratorError.textOf(e));
            throw e;
        }
        run.output().success("Out of band migrations complete");
    }

    /** Encryption keys come from the site configuration; without a row there is no instance to speak of. */
    private static void requireSiteConfig(Connection frontend) throws SQLException {
        try (Statement statement = frontend.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM critical_and_site_config WHERE type = 'site'")) {
            row.next();
            if (row.getInt(1) == 0) {
                throw new MigratorError("instance is new");
            }
        }
    }

    private void runUntilComplete(OutOfBandTable table, List<Integer> ids) throws SQLException {
        while (true) {
            List<OutOfBandTable.Row> rows =
                    table.rows().stream().filter(row -> ids.contains(row.id())).toList();
            report(rows);
            // In reverse, what is not destructive is not waited for.
            if (rows.stream().allMatch(row -> row.complete() || row.applyReverse() && row.nonDestructive())) {
                return;
            }
            run.process().pause(run.settings().tick());
            run.faults().outOfBand();
            if (rows.stream().anyMatch(OutOfBandTable.Row::applyReverse)) {
                others.note("a batch of out-of-band migrations");
            }
            for (OutOfBandTable.Row row : rows) {
                if (!row.complete()) {
                    batch(table, row);
                }
            }
        }
    }

    private void report(List<OutOfBandTable.Row> rows) {
        if (!disableAnimation && !run.log().verbose()) {
            return;
        }
        for (OutOfBandTable.Row row : rows) {
            run.output()
                    .line(String.format(
                            Locale.ROOT, "Migration #%d is %.2f%% complete", row.id(), row.progress() * 100));
        }
    }

    private void batch(OutOfBandTable table, OutOfBandTable.Row row) throws SQLException {
        if (run.faults().stuck(row.id())) {
            table.addError(
                    row.id(), "failed to decrypt the payload of a record: cipher: message authentication failed");
            return;
        }
        if (!row.applyReverse()) {
            table.setProgress(row.id(), Math.min(1, row.progress() + BATCH));
            return;
        }
        Down down = run.settings()
                .outOfBandMigrations()
                .byId(row.id())
                .map(OutOfBandMigration::down)
                .orElse(Down.REAL);
        switch (down) {
            case NONE -> table.setProgress(row.id(), row.progress());
            case ZERO -> table.setProgress(row.id(), 0);
            case REAL -> table.setProgress(row.id(), revert(row));
        }
    }

    /** Does one batch backwards; returns the progress after it. */
    private double revert(OutOfBandTable.Row row) throws SQLException {
        double after = Math.max(0, row.progress() - BATCH);
        if (row.id() == RECORDING_TIMES) {
            execute(
                    SchemaName.CODEINSIGHTS,
                    "DELETE FROM insight_series_recording_times WHERE ctid IN"
                            + " (SELECT ctid FROM insight_series_recording_times LIMIT 100)");
        } else if (row.id() == DOCUMENT_COLUMNS) {
            if (count(SchemaName.CODEINTEL, "lsif_data_documents") == 0) {
                return 1;
            }
        }
        return after;
    }

    private void execute(SchemaName schema, String sql) throws SQLException {
        try (Statement statement = databases.connection(schema).createStatement()) {
            statement.execute(sql);
        }
    }

    private int count(SchemaName schema, String table) throws SQLException {
        try (Statement statement = databases.connection(schema).createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getInt(1);
        }
    }
}
