package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Brings an instance into the states that a downgrade must cope with. */
public final class Breakages {
    private final InstanceDatabases databases;

    Breakages(InstanceDatabases databases) {
        this.databases = databases;
    }

    /** The last migration of a schema failed on its way up: the database is dirty. Returns its id. */
    public int dirty(SchemaName schema) {
        return logLast(schema, true, "false, now(), 'ERROR: canceling statement due to statement timeout'");
    }

    /** The last migration of a schema was interrupted on its way up: no outcome is known. Returns its id. */
    public int pending(SchemaName schema) {
        return logLast(schema, true, "NULL, NULL, NULL");
    }

    /** The revert of the last migration of a schema was interrupted; its transaction was rolled back. Returns its id. */
    public int interruptedRevert(SchemaName schema) {
        return logLast(schema, false, "NULL, NULL, NULL");
    }

    /** The revert of the last migration of a schema failed and was logged as failed. Returns its id. */
    public int failedRevert(SchemaName schema) {
        return logLast(schema, false, "false, now(), 'ERROR: cannot drop table because other objects depend on it'");
    }

    private int logLast(SchemaName schema, boolean up, String successFinishedError) {
        int last = databases.migrations(schema).applied().last();
        databases.execute(
                schema,
                "INSERT INTO migration_logs (migration_logs_schema_version, schema, version, up, started_at, success,"
                        + " finished_at, error_message) VALUES (2, '" + schema.migrationsTable() + "', " + last + ", "
                        + up + ", now(), " + successFinishedError + ")");
        return last;
    }

    /** Sets the flag of auto-upgrade, which releases from 5.1 on have. */
    public void autoUpgrade() {
        databases.execute(SchemaName.FRONTEND, "UPDATE versions SET auto_upgrade = true");
    }

    /** Writes any text as the instance's version, as a frontend of that version would have. */
    public void versionRow(String version) {
        try (Connection connection = databases.connect(SchemaName.FRONTEND);
                PreparedStatement update =
                        connection.prepareStatement("UPDATE versions SET version = ? WHERE service = 'frontend'")) {
            update.setString(1, version);
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot write the version row", e);
        }
    }

    public void noVersionRow() {
        databases.execute(SchemaName.FRONTEND, "DELETE FROM versions");
    }

    /** No site configuration: a database that no frontend has ever started on. */
    public void newInstance() {
        databases.execute(SchemaName.FRONTEND, "DELETE FROM critical_and_site_config");
    }

    /** Drops an index that the release has in each of its schemas. Returns the finding's text. */
    public String drift(SchemaName schema) {
        String index =
                switch (schema) {
                    case FRONTEND -> "gitserver_repos_shard_id";
                    case CODEINTEL -> "lsif_data_documents_dump_id_schema_version";
                    case CODEINSIGHTS -> "series_points_series_id_repo_id_time_idx";
                };
        String table = databases.queryText(
                schema, "SELECT tablename FROM pg_indexes WHERE schemaname = 'public' AND indexname = '" + index + "'");
        databases.execute(schema, "DROP INDEX " + index);
        return "Missing index \"" + table + "\".\"" + index + "\"";
    }

    /** Sets the progress of an out-of-band migration, 0 to 1. */
    public void outOfBandProgress(int id, double progress) {
        try (Connection connection = databases.connect(SchemaName.FRONTEND)) {
            new OutOfBandTable(connection).setProgress(id, progress);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot set the progress of out-of-band migration " + id, e);
        }
    }

    /** A session of somebody, idle until it is closed. */
    public Connection session(SchemaName schema, String applicationName) {
        try {
            return databases.address(schema).open(applicationName);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot open a session of " + applicationName, e);
        }
    }

    /** A session that holds the migrator's advisory lock of a schema until it is closed. */
    public Connection migratorLock(SchemaName schema) {
        Connection connection = session(schema, "migrator");
        try {
            if (!AdvisoryLock.of(schema).tryAcquire(connection)) {
                throw new IllegalStateException("somebody else holds the migrator's lock of " + schema);
            }
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot take the migrator's lock of " + schema, e);
        }
    }

    /** A session in the middle of a transaction that makes DDL on these tables wait until it is closed. */
    public Connection tableLock(SchemaName schema, String applicationName, List<String> tables) {
        Connection connection = session(schema, applicationName);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : tables) {
                statement.execute("LOCK TABLE " + table + " IN ACCESS SHARE MODE");
            }
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot lock " + tables, e);
        }
    }
}
