package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.DatabaseAddress;
import com.sourcegraph.downgrade.testkit.postgres.MigrationLog;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The migrator's sessions. Connecting is not free of effects: the log table is created where it is missing, and backfilled.
 */
final class MigratorDatabases {
    private static final String STARTING_UP = "57P03";
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(100);

    private final MigratorRun run;
    private final SchemaHistory history;
    private final Map<SchemaName, DatabaseAddress> addresses = new EnumMap<>(SchemaName.class);
    private final Map<SchemaName, Connection> connections = new EnumMap<>(SchemaName.class);

    MigratorDatabases(MigratorRun run, SchemaHistory history) {
        this.run = run;
        this.history = history;
    }

    /** Connects to all three, whatever the command is about to do with them. */
    void connectAll() {
        connect(SchemaName.values());
    }

    void connect(SchemaName... schemas) {
        readAddresses();
        if (run.traits().printsDataSources() || run.log().debugging()) {
            run.output()
                    .info("Connection DSNs used: "
                            + Stream.of(schemas)
                                    .map(schema -> schema.label() + " => "
                                            + addresses.get(schema).dataSource())
                                    .collect(Collectors.joining(", ")));
        }
        for (SchemaName schema : schemas) {
            connect(schema);
        }
    }

    private void readAddresses() {
        for (SchemaName schema : SchemaName.values()) {
            try {
                addresses.put(schema, DatabaseAddress.fromEnvironment(run.environment(), schema));
            } catch (IllegalArgumentException e) {
                throw new MigratorError("failed to parse the data source of " + schema.label() + ": " + e.getMessage());
            }
        }
        requireDistinct(SchemaName.FRONTEND, SchemaName.CODEINSIGHTS);
        requireDistinct(SchemaName.CODEINTEL, SchemaName.CODEINSIGHTS);
        if (run.environment().getOrDefault("CODEINTEL_PG_ALLOW_SINGLE_DB", "").isEmpty()) {
            requireDistinct(SchemaName.FRONTEND, SchemaName.CODEINTEL);
        }
    }

    private void requireDistinct(SchemaName one, SchemaName other) {
        DatabaseAddress first = addresses.get(one);
        DatabaseAddress second = addresses.get(other);
        if (first.host().equals(second.host())
                && first.port() == second.port()
                && first.database().equals(second.database())) {
            throw new MigratorError("databases " + one.label() + " and " + other.label()
                    + " must be distinct, but both target " + first.host() + ":" + first.port() + "/"
                    + first.database());
        }
    }

    private void connect(SchemaName schema) {
        DatabaseAddress address = addresses.get(schema);
        String attempted = run.traits().printsDataSources() ? address.dataSource() : schema.label();
        String succeeded = run.traits().printsDataSources() ? "\"" + attempted + "\"" : attempted;
        run.output().line("Attempting connection to " + attempted + "...");
        Connection connection = openWithin(startupTimeout(), address);
        try {
            requireUsable(connection);
            run.output().success("Connection to " + succeeded + " succeeded");
            MigrationLog log = new MigrationLog(connection, schema);
            log.ensureTable();
            log.backfill(history.all(schema));
        } catch (SQLException e) {
            throw failed(e);
        }
        connections.put(schema, connection);
    }

    private Connection openWithin(Duration timeout, DatabaseAddress address) {
        String applicationName = run.environment().getOrDefault("PGAPPLICATIONNAME", "migrator");
        Instant deadline = Instant.now().plus(timeout);
        while (true) {
            try {
                return run.process().open(address, applicationName);
            } catch (SQLException e) {
                if (!mayPass(e)) {
                    throw new MigratorError("failed to connect to `host=" + address.host() + " user=" + address.user()
                            + " database=" + address.database() + "`: " + MigratorError.textOf(e));
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new MigratorError(
                            "DB not available: database did not start up within " + timeout.toSeconds() + "s");
                }
            }
            run.process().pause(BETWEEN_ATTEMPTS);
        }
    }

    private static boolean mayPass(SQLException error) {
        return STARTING_UP.equals(error.getSQLState())
                || String.valueOf(error.getMessage()).contains("refused");
    }

    private Duration startupTimeout() {
        String text = run.environment().getOrDefault("DB_STARTUP_TIMEOUT", "10s");
        try {
            return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        } catch (DateTimeParseException e) {
            throw new MigratorError("invalid duration \"" + text + "\" for DB_STARTUP_TIMEOUT");
        }
    }

    /** Migrators from 6.0 on refuse PostgreSQL before 16; a test database may say which one it stands for. */
    private void requireUsable(Connection connection) throws SQLException {
        if (!run.traits().requiresPostgres16()) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT coalesce(current_setting('testkit.postgres_major', true),"
                                + " (current_setting('server_version_num')::int / 10000)::text)::int")) {
            row.next();
            if (row.getInt(1) < 16) {
                throw new MigratorError("Sourcegraph requires PostgreSQL 16+, this is PostgreSQL " + row.getInt(1));
            }
        }
    }

    Connection connection(SchemaName schema) {
        run.process().requireAlive();
        return connections.get(schema);
    }

    DatabaseAddress address(SchemaName schema) {
        return addresses.get(schema);
    }

    MigrationLog log(SchemaName schema) {
        return new MigrationLog(connection(schema), schema);
    }

    /** An unexpected error of a database, unless it is only that the process is gone. */
    MigratorError failed(SQLException error) {
        run.process().requireAlive();
        return new MigratorError(MigratorError.textOf(error), error);
    }
}
