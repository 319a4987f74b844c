package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.release.Schema;

/** The names of the containers in the migrator's pods. */
public final class MigratorContainers {
    public static final String DOWNGRADE = "downgrade";
    public static final String DRY_RUN = "dry-run";

    private MigratorContainers() {}

    /** {@code drift-frontend} and its like. */
    public static String drift(Schema schema) {
        return "drift-" + schema.id();
    }
}
