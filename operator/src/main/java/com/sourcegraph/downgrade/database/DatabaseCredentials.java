package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.redact.SecretText;
import com.sourcegraph.downgrade.release.Schema;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the database of one schema is and how to get in.
 *
 * @param host a name that resolves from the operator's namespace too, or an address
 * @param password empty where the server trusts its clients (the Kustomize and legacy defaults)
 * @param sslMode libpq's word for it; empty means {@code prefer}
 */
public record DatabaseCredentials(
        Schema schema,
        String host,
        int port,
        String database,
        String user,
        SecretText password,
        Optional<String> sslMode) {
    public DatabaseCredentials {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(sslMode, "sslMode");
    }

    /** For messages, without the password: {@code codeintel (codeintel-db.sourcegraph.svc:5432/sg as sg)}. */
    public String describe() {
        return schema.id() + " (" + host + ":" + port + "/" + database + " as " + user + ")";
    }
}
