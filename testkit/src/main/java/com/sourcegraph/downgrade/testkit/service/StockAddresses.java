package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.postgres.DatabaseAddress;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.util.HashMap;
import java.util.Map;

/**
 * The cluster's DNS as far as databases go: in stock manifests the host is the database's Service, and this leads to the
 * instance's database instead. Whatever else an environment names is taken as it is.
 */
final class StockAddresses {
    private final InstanceDatabases databases;

    StockAddresses(InstanceDatabases databases) {
        this.databases = databases;
    }

    Map<String, String> resolve(Map<String, String> environment) {
        Map<String, String> resolved = new HashMap<>(environment);
        for (SchemaName schema : SchemaName.values()) {
            if (isStock(DatabaseAddress.fromEnvironment(environment, schema), schema)) {
                String prefix = schema.environmentPrefix();
                resolved.keySet().removeIf(name -> name.startsWith(prefix + "PG"));
                databases.environment().forEach((name, value) -> {
                    if (name.startsWith(prefix + "PG")) {
                        resolved.put(name, value);
                    }
                });
            }
        }
        return resolved;
    }

    private static boolean isStock(DatabaseAddress address, SchemaName schema) {
        return address.host().equals(schema.workload()) || address.host().startsWith(schema.workload() + ".");
    }
}
