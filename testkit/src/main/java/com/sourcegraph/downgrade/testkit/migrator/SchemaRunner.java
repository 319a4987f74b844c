package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.AdvisoryLock;
import com.sourcegraph.downgrade.testkit.postgres.Migration;
import com.sourcegraph.downgrade.testkit.postgres.MigrationLog;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import com.sourcegraph.downgrade.testkit.postgres.SessionNotes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Brings schemas to the definitions of a release, one schema after the other in random order; an error in one does not
 * keep the others from being brought there.
 */
final class SchemaRunner {
    /** A held lock is mentioned at the first and every fifth attempt. */
    private static final int ATTEMPTS_BETWEEN_MENTIONS = 5;

    /** How a run treats what it finds in the log and what takes privileges. */
    record Options(PrivilegedMode privileged, boolean ignoreSingleDirtyLog, boolean ignoreSinglePendingLog) {}

    private final MigratorRun run;
    private final MigratorDatabases databases;
    private final SchemaHistory history;
    private final Options options;
    private final Random random;
    private final OtherSessions others;

    SchemaRunner(MigratorRun run, MigratorDatabases databases, SchemaHistory history, Options options) {
        this.run = run;
        this.databases = databases;
        this.history = history;
        this.options = options;
        this.random = new Random(run.settings().seed());
        this.others = new OtherSessions(run, databases);
    }

    /** Reverts what is applied and not part of the release. */
    void down(Release release, Set<SchemaName> schemas) {
        forEach(schemas, schema -> runSchema(schema, false, revertedBy(schema, release)));
    }

    /** Applies what the release has and the schema has not. */
    void up(Release release, Set<SchemaName> schemas) {
        forEach(schemas, schema -> runSchema(schema, true, history.upTo(schema, release)));
    }

    private interface SchemaWork {
        void accept(SchemaName schema) throws SQLException;
    }

    private void forEach(Set<SchemaName> schemas, SchemaWork work) {
        List<SchemaName> order = new ArrayList<>(new TreeSet<>(schemas));
        Collections.shuffle(order, random);
        List<MigratorError> errors = new ArrayList<>();
        for (SchemaName schema : order) {
            try {
                work.accept(schema);
            } catch (SQLException e) {
                errors.add(wrap(schema, databases.failed(e)));
            } catch (MigratorError e) {
                errors.add(wrap(schema, e));
            }
        }
        if (!errors.isEmpty()) {
            throw MigratorError.of(errors);
        }
    }

    private static MigratorError wrap(SchemaName schema, MigratorError error) {
        return new MigratorError(
                "failed to run migration for schema \"" + schema.label() + "\": " + error.getMessage(), error);
    }

    /**
     * Selects from the applied ones only, as {@code Definitions.Down} does. A revert that was interrupted counts as
     * pending, not as applied: it is left out here, and so never tried again.
     */
    private List<Migration> revertedBy(SchemaName schema, Release release) throws SQLException {
        NavigableSet<Integer> applied = databases.log(schema).state().applied();
        Set<Integer> kept =
                history.upTo(schema, release).stream().map(Migration::id).collect(Collectors.toSet());
        List<Migration> reverted = new ArrayList<>(history.all(schema).stream()
                .filter(migration -> applied.contains(migration.id()) && !kept.contains(migration.id()))
                .toList());
        Collections.reverse(reverted);
        return reverted;
    }

    private void runSchema(SchemaName schema, boolean up, List<Migration> definitions) throws SQLException {
        MigrationLog.State state = databases.log(schema).state();
        logState(schema, state, definitions);
        if (isExpected(state, up, definitions)) {
            run.log().info("Schema is in the expected state", Map.of("schema", schema.label()));
            return;
        }
        run.log()
                .info(
                        "Schema is not in the expected state - applying migration delta",
                        Map.of("schema", schema.label(), "targetDefinitions", ids(definitions)));
        Connection connection = databases.connection(schema);
        AdvisoryLock lock = AdvisoryLock.of(schema);
        acquire(lock, schema, connection);
        try {
            applyAll(schema, up, definitions);
        } finally {
            if (!run.process().isKilled()) {
                lock.release(connection);
                run.log().info("Released schema migration lock", Map.of("schema", schema.label()));
            }
        }
        run.log().info("Schema is in the expected state", Map.of("schema", schema.label()));
    }

    private static boolean isExpected(MigrationLog.State state, boolean up, List<Migration> definitions) {
        List<Integer> ids = ids(definitions);
        if (!Collections.disjoint(state.pending(), ids) || !Collections.disjoint(state.failed(), ids)) {
            return false;
        }
        return up ? state.applied().containsAll(ids) : Collections.disjoint(state.applied(), ids);
    }

    /** Polls without any limit of time. */
    private void acquire(AdvisoryLock lock, SchemaName schema, Connection connection) throws SQLException {
        for (int attempt = 0; !lock.tryAcquire(connection); attempt++) {
            if (attempt % ATTEMPTS_BETWEEN_MENTIONS == 0) {
                run.log()
                        .info(
                                "Schema migration lock is currently held - will re-attempt to acquire lock",
                                Map.of("schema", schema.label()));
            }
            run.process().pause(run.settings().tick());
        }
        run.log().info("Acquired schema migration lock", Map.of("schema", schema.label()));
    }

    /** Looks again, now that nobody else can be at it, and applies what is still to apply. */
    private void applyAll(SchemaName schema, boolean up, List<Migration> definitions) throws SQLException {
        MigrationLog.State state = databases.log(schema).state();
        logState(schema, state, definitions);
        requireClean(schema, state, definitions);
        List<Migration> left = definitions.stream()
                .filter(migration -> state.applied().contains(migration.id()) != up)
                .toList();
        if (left.isEmpty()) {
            return;
        }
        run.log().info("Applying migrations", Map.of("schema", schema.label(), "up", up, "count", left.size()));
        for (Migration migration : left) {
            apply(schema, up, migration);
        }
    }

    private void requireClean(SchemaName schema, MigrationLog.State state, List<Migration> definitions) {
        List<Integer> failed =
                ids(definitions).stream().filter(state.failed()::contains).toList();
        List<Integer> pending =
                ids(definitions).stream().filter(state.pending()::contains).toList();
        if (options.ignoreSingleDirtyLog() && failed.size() == 1) {
            run.log()
                    .warn(
                            "Attempting to re-try migration that previously failed",
                            Map.of("schema", schema.label(), "migrationID", failed.get(0)));
            return;
        }
        if (options.ignoreSinglePendingLog() && pending.size() == 1 && failed.isEmpty()) {
            run.log()
                    .warn(
                            "Ignoring a pending migration",
                            Map.of("schema", schema.label(), "migrationID", pending.get(0)));
            return;
        }
        List<Integer> dirty = failed.isEmpty() ? pending : failed;
        if (!dirty.isEmpty()) {
            throw new MigratorError("dirty database: schema \"" + schema.label()
                    + "\" marked the following migrations as failed: "
                    + dirty.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
    }

    private void apply(SchemaName schema, boolean up, Migration migration) throws SQLException {
        if (migration.privileged() && options.privileged() == PrivilegedMode.REFUSE) {
            throw new MigratorError("refusing to apply a privileged migration: schema \"" + schema.label()
                    + "\" requires database migration " + migration.id()
                    + " to be applied by a user with elevated permissions");
        }
        run.faults().beforeMigration();
        run.process().requireAlive();
        if (!up) {
            others.note(SessionNotes.revert(schema, migration.id()));
        }
        run.log().info("Applying migration", Map.of("schema", schema.label(), "migrationID", migration.id(), "up", up));
        String sql = up ? migration.up() : migration.down();
        Connection connection = databases.connection(schema);
        MigrationLog log = databases.log(schema);
        int row = log.started(migration.id(), up);
        if (migration.privileged() && options.privileged() == PrivilegedMode.NOOP) {
            run.log()
                    .warn(
                            "The following SQL queries must be applied after the " + (up ? "upgrade" : "downgrade")
                                    + " operation is complete.",
                            Map.of("schema", schema.label(), "sql", sql));
        } else {
            execute(migration, sql, connection, log, row);
        }
        run.faults().afterCommit();
        log.finished(row, null);
        run.faults().afterMigration();
    }

    /** One transaction for the migration; its row in the log is outside of it. */
    private void execute(Migration migration, String sql, Connection connection, MigrationLog log, int row)
            throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
            run.faults().inMigration(migration.id(), connection);
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            run.process().requireAlive();
            connection.rollback();
            connection.setAutoCommit(true);
            String text = MigratorError.textOf(e);
            log.finished(row, text);
            throw new MigratorError(
                    "failed to apply migration " + migration.id() + ":\n```\n" + sql + "```\n: " + text, e);
        }
    }

    private void logState(SchemaName schema, MigrationLog.State state, List<Migration> definitions) {
        List<Integer> ids = ids(definitions);
        run.log()
                .info(
                        "Checked current schema state",
                        Map.of(
                                "schema",
                                schema.label(),
                                "appliedVersions",
                                ids.stream().filter(state.applied()::contains).toList(),
                                "pendingVersions",
                                ids.stream().filter(state.pending()::contains).toList(),
                                "failedVersions",
                                ids.stream().filter(state.failed()::contains).toList()));
    }

    private static List<Integer> ids(List<Migration> migrations) {
        return migrations.stream().map(Migration::id).toList();
    }
}
