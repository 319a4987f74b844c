package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The template databases of a server: each release's three are built once, by running its migrations and data. */
final class InstanceTemplates {
    /** Minors from 5.10 on run on PostgreSQL 16, see {@link InstanceDatabases}. */
    private static final Release POSTGRES_16 = Release.minor(5, 10);

    private final PostgresServer server;
    private final InstanceRoles roles;
    private final SchemaHistory history;
    private final InstanceContent content;
    private final Map<Key, Boolean> built = new ConcurrentHashMap<>();

    InstanceTemplates(
            PostgresServer server,
            InstanceRoles roles,
            SchemaHistory history,
            OutOfBandMigrations outOfBandMigrations) {
        this.server = server;
        this.roles = roles;
        this.history = history;
        this.content = new InstanceContent(history, outOfBandMigrations);
    }

    /** What templates are told apart by. */
    private record Key(Release release, DatabaseOwner owner) {
        String name(SchemaName schema) {
            return ("template_" + schema.label() + "_" + owner + "_" + release)
                    .toLowerCase(Locale.ROOT)
                    .replace('.', '_');
        }
    }

    /** The template's name; it is complete when this returns. */
    String template(SchemaName schema, Release release, DatabaseOwner owner) {
        history.require(release);
        Key key = new Key(release, owner);
        built.computeIfAbsent(key, this::build);
        return key.name(schema);
    }

    private boolean build(Key key) {
        try {
            for (SchemaName schema : SchemaName.values()) {
                build(schema, key);
            }
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot build the template databases of release " + key.release(), e);
        }
    }

    private void build(SchemaName schema, Key key) throws SQLException {
        String name = key.name(schema);
        String owner = roles.role(schema, key.owner());
        Release release = key.release();
        try (Connection connection = server.administrator().open("testkit");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " OWNER " + owner);
        }
        try (Connection connection = server.administrator().database(name).open("testkit")) {
            content.write(connection, schema, release, owner);
        }
        try (Connection connection = server.administrator().open("testkit");
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false");
        }
    }

    /** The server's major version that an instance of this release runs on. */
    static int postgresMajor(Release release) {
        return release.isBefore(POSTGRES_16) ? 12 : 16;
    }
}
