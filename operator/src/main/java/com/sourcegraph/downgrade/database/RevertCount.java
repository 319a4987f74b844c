package com.sourcegraph.downgrade.database;

import java.util.List;

/**
 * How far an attempt got in one schema, from the tables.
 *
 * @param reverted migrations reverted successfully since the attempt began
 * @param errors reverts that failed since, the latest first
 */
public record RevertCount(int reverted, List<MigrationLog> errors) {
    public RevertCount {
        errors = List.copyOf(errors);
    }
}
