package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.util.Map;

/** The test kit's instance as the operator meets it: by the frontend's environment. */
final class Databases {
    private Databases() {}

    static Map<Schema, DatabaseCredentials> credentials(InstanceDatabases instance) {
        ResolvedDatabases found = new DatabaseEnvironment("sourcegraph").resolve(instance.environment());
        if (!found.complete()) {
            throw new IllegalStateException(found.problems().toString());
        }
        return found.credentials();
    }

    static SchemaName testkit(Schema schema) {
        return SchemaName.valueOf(schema.name());
    }
}
