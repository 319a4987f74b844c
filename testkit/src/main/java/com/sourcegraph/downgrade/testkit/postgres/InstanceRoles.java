package com.sourcegraph.downgrade.testkit.postgres;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The roles that own the databases of the instances on a server, one a schema and kind of owner, each with a password of
 * its own.
 *
 * <p>The passwords hold characters that a URL has to escape: code that takes a data source apart, or redacts it, meets
 * both forms.
 */
final class InstanceRoles {
    private final Map<String, String> passwords = new HashMap<>();

    private InstanceRoles() {
        SecureRandom random = new SecureRandom();
        for (SchemaName schema : SchemaName.values()) {
            for (DatabaseOwner owner : DatabaseOwner.values()) {
                byte[] bytes = new byte[6];
                random.nextBytes(bytes);
                passwords.put(
                        role(schema, owner),
                        schema.label() + "/" + HexFormat.of().formatHex(bytes) + "@s3cret:%");
            }
        }
    }

    static InstanceRoles createOn(PostgresServer server) {
        InstanceRoles roles = new InstanceRoles();
        try (Connection connection = server.administrator().open("testkit");
                Statement statement = connection.createStatement()) {
            for (SchemaName schema : SchemaName.values()) {
                for (DatabaseOwner owner : DatabaseOwner.values()) {
                    String role = roles.role(schema, owner);
                    statement.execute("CREATE ROLE " + role + " LOGIN "
                            + (owner == DatabaseOwner.SUPERUSER ? "SUPERUSER" : "NOSUPERUSER") + " PASSWORD '"
                            + roles.passwords.get(role) + "'");
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create the roles of the test databases", e);
        }
        return roles;
    }

    final String role(SchemaName schema, DatabaseOwner owner) {
        return owner == DatabaseOwner.SUPERUSER ? "sg_" + schema.label() : "sg_" + schema.label() + "_ordinary";
    }

    DatabaseAddress address(PostgresServer server, SchemaName schema, DatabaseOwner owner, String database) {
        String role = role(schema, owner);
        return new DatabaseAddress(
                server.host(), server.port(), role, passwords.get(role), database, Map.of("sslmode", "disable"));
    }
}
