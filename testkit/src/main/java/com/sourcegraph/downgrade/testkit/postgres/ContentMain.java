package com.sourcegraph.downgrade.testkit.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Fills an empty database of a server in a container of its own. Arguments: the schema's label and the release; the way in
 * is read from that schema's variables, such as {@code CODEINTEL_PGHOST}.
 */
public final class ContentMain {
    private ContentMain() {}

    public static void main(String[] arguments) throws SQLException {
        SchemaName schema = SchemaName.parse(arguments[0])
                .orElseThrow(() -> new IllegalArgumentException("no schema is called " + arguments[0]));
        Release release = Release.of(arguments[1]);
        SchemaHistory history = SchemaHistory.load();
        history.require(release);
        DatabaseAddress address = DatabaseAddress.fromEnvironment(System.getenv(), schema);
        try (Connection connection = address.open("testkit")) {
            new InstanceContent(history, OutOfBandMigrations.load()).write(connection, schema, release, address.user());
            try (Statement statement = connection.createStatement()) {
                statement.execute("ALTER DATABASE " + address.database() + " SET testkit.postgres_major = "
                        + InstanceTemplates.postgresMajor(release));
            }
        }
    }
}
