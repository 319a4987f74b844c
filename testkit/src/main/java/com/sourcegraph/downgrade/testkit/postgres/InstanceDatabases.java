package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The three databases of one Sourcegraph instance, with schema, logs and data of a release, on the server of this JVM.
 * Instances are independent of each other; closing one drops its databases, also under sessions that are still open.
 *
 * <p>The server is a PostgreSQL 12. Instances from 5.10 on run on 16 in reality; the setting
 * {@code testkit.postgres_major} of each database says which one this instance pretends to have, for the migrator
 * stand-in's own check.
 */
public final class InstanceDatabases implements AutoCloseable {
    private final PostgresServer server;
    private final Map<SchemaName, DatabaseAddress> addresses;
    private final Release release;
    private final boolean codeInsightsAsDataSource;

    private InstanceDatabases(
            PostgresServer server,
            Map<SchemaName, DatabaseAddress> addresses,
            Release release,
            boolean codeInsightsAsDataSource) {
        this.server = server;
        this.addresses = addresses;
        this.release = release;
        this.codeInsightsAsDataSource = codeInsightsAsDataSource;
    }

    /** The instances of the JVM's own server. */
    private static final class Shared {
        static final PostgresServer SERVER = PostgresServer.shared();
        static final InstanceRoles ROLES = InstanceRoles.createOn(SERVER);
        static final InstanceTemplates TEMPLATES =
                new InstanceTemplates(SERVER, ROLES, SchemaHistory.load(), OutOfBandMigrations.load());
        static final AtomicLong NUMBER = new AtomicLong();
    }

    /** An instance at that release, such as {@code 5.0.6}, whose databases belong to superusers. */
    public static InstanceDatabases at(String release) {
        return at(Release.of(release), DatabaseOwner.SUPERUSER);
    }

    /**
     * An instance at that release.
     *
     * @throws IllegalArgumentException if the history of schemas does not hold that release
     */
    public static InstanceDatabases at(Release release, DatabaseOwner owner) {
        String number = Long.toString(Shared.NUMBER.incrementAndGet());
        Map<SchemaName, DatabaseAddress> addresses = new EnumMap<>(SchemaName.class);
        try (Connection connection = Shared.SERVER.administrator().open("testkit");
                Statement statement = connection.createStatement()) {
            for (SchemaName schema : SchemaName.values()) {
                String name = schema.label() + "_" + number;
                statement.execute("CREATE DATABASE " + name + " OWNER " + Shared.ROLES.role(schema, owner)
                        + " TEMPLATE " + Shared.TEMPLATES.template(schema, release, owner));
                statement.execute("ALTER DATABASE " + name + " SET testkit.postgres_major = "
                        + InstanceTemplates.postgresMajor(release));
                addresses.put(schema, Shared.ROLES.address(Shared.SERVER, schema, owner, name));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the databases of an instance at " + release, e);
        }
        return new InstanceDatabases(Shared.SERVER, addresses, release, false);
    }

    /**
     * The same databases with {@code CODEINSIGHTS_PGDATASOURCE} in place of the single variables, as the Kustomize
     * manifests give it. Close only one of both.
     */
    public InstanceDatabases withCodeInsightsDataSource() {
        return new InstanceDatabases(server, addresses, release, true);
    }

    /** The release at which the instance was created. */
    public Release release() {
        return release;
    }

    public DatabaseAddress address(SchemaName schema) {
        return addresses.get(schema);
    }

    /** Opens a session in one of the databases, under an application name that no service has. */
    public Connection connect(SchemaName schema) throws SQLException {
        return address(schema).open("testkit");
    }

    /** The variables of a frontend's container that lead to the three databases. */
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        addresses.forEach((schema, address) -> {
            String prefix = schema.environmentPrefix();
            if (schema == SchemaName.CODEINSIGHTS && codeInsightsAsDataSource) {
                environment.put(prefix + "PGDATASOURCE", address.dataSource());
                return;
            }
            environment.put(prefix + "PGHOST", address.host());
            environment.put(prefix + "PGPORT", Integer.toString(address.port()));
            environment.put(prefix + "PGUSER", address.user());
            environment.put(prefix + "PGPASSWORD", address.password());
            environment.put(prefix + "PGDATABASE", address.database());
            environment.put(prefix + "PGSSLMODE", "disable");
        });
        return environment;
    }

    /** The version row as it stands; empty text where there is none. */
    public String version() {
        return queryText(SchemaName.FRONTEND, "SELECT max(version) FROM versions WHERE service = 'frontend'");
    }

    /** The migrator's view of a schema. */
    public MigrationLog.State migrations(SchemaName schema) {
        try (Connection connection = connect(schema)) {
            return new MigrationLog(connection, schema).state();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the migration log of " + address(schema), e);
        }
    }

    /** The first column of the first row as text, empty for none or NULL. */
    public String queryText(SchemaName schema, String sql) {
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            String text = rows.next() ? rows.getString(1) : null;
            return text == null ? "" : text;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot query " + address(schema) + ": " + sql, e);
        }
    }

    /**
     * Who was connected beside a migrator at work, see {@link SessionNotes#unexpected}; empty for nobody, also where no
     * migrator has changed anything.
     */
    public String besideMigrators(String... expected) {
        return queryText(SchemaName.FRONTEND, SessionNotes.exist()).equals("t")
                ? queryText(SchemaName.FRONTEND, SessionNotes.unexpected(expected))
                : "";
    }

    public void execute(SchemaName schema, String sql) {
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot change " + address(schema) + ": " + sql, e);
        }
    }

    /** What to break in this instance. */
    public Breakages breakages() {
        return new Breakages(this);
    }

    @Override
    public void close() {
        try (Connection connection = server.administrator().open("testkit");
                Statement statement = connection.createStatement()) {
            for (DatabaseAddress address : addresses.values()) {
                drop(statement, address.database());
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot drop the databases of an instance", e);
        }
    }

    /** Services reconnect at once; so first nobody gets in any more. */
    private static void drop(Statement statement, String database) throws SQLException {
        statement.execute("ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS false");
        statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
        // Waits up to five seconds by itself for the sessions to end.
        statement.execute("DROP DATABASE IF EXISTS " + database);
    }
}
