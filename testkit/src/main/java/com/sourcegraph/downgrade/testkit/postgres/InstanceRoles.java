package com.sourcegraph.downgrade.testkit.postgres;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The roles that own the databases of the instances on a server, one a schema, each with a password of its own. They are
 * superusers, as the roles of the built-in database images are.
 *
 * <p>The passwords hold characters that a URL has to escape: code that takes a data source apart, or redacts it, meets
 * both forms.
 */
final class InstanceRoles {
    private final Map<SchemaName, String> passwords = new EnumMap<>(SchemaName.class);

    private InstanceRoles() {
        SecureRandom random = new SecureRandom();
        for (SchemaName schema : SchemaName.values()) {
            byte[] bytes = new byte[6];
            random.nextBytes(bytes);
            passwords.put(schema, schema.label() + "/" + HexFormat.of().formatHex(bytes) + "@s3cret:%");
        }
    }

    static InstanceRoles createOn(PostgresServer server) {
        InstanceRoles roles = new InstanceRoles();
        try (Connection connection = server.administrator().open("testkit");
                Statement statement = connection.createStatement()) {
            for (SchemaName schema : SchemaName.values()) {
                statement.execute("CREATE ROLE " + roles.role(schema) + " LOGIN SUPERUSER PASSWORD '"
                        + roles.passwords.get(schema) + "'");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the roles of the test databases", e);
        }
        return roles;
    }

    String role(SchemaName schema) {
        return "sg_" + schema.label();
    }

    DatabaseAddress address(PostgresServer server, SchemaName schema, String database) {
        return new DatabaseAddress(
                server.host(),
                server.port(),
                role(schema),
                passwords.get(schema),
                database,
                Map.of("sslmode", "disable"));
    }
}
