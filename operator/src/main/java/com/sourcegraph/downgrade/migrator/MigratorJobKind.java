package com.sourcegraph.downgrade.migrator;

import java.util.Arrays;
import java.util.Optional;

/** What a Job of ours does. */
public enum MigratorJobKind {
    /** A dry run of the downgrade and a look for drift in each schema, side by side in one pod. */
    CHECKS("checks"),
    /** The downgrade itself. */
    DOWNGRADE("downgrade"),
    /** A look for drift in each schema. */
    DRIFT("drift");

    private final String id;

    MigratorJobKind(String id) {
        this.id = id;
    }

    /** As it stands in names and labels. */
    public String id() {
        return id;
    }

    public static Optional<MigratorJobKind> byId(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }
}
