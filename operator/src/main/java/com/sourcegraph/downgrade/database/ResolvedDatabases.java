package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Schema;
import java.util.List;
import java.util.Map;

/**
 * The credentials found in an environment.
 *
 * @param problems one sentence for people per schema without credentials, naming the variable
 */
public record ResolvedDatabases(Map<Schema, DatabaseCredentials> credentials, List<String> problems) {
    public ResolvedDatabases {
        credentials = Map.copyOf(credentials);
        problems = List.copyOf(problems);
    }

    /** Whether there are credentials for all three schemas; the migrator needs them all. */
    public boolean complete() {
        return credentials.size() == Schema.values().length;
    }

    /** A redactor that knows every password among the credentials. */
    public Redactor redactor() {
        return Redactor.none()
                .withSecrets(credentials.values().stream()
                        .map(found -> found.password().value())
                        .toList());
    }
}
