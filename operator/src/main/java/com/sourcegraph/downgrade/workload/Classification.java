package com.sourcegraph.downgrade.workload;

/** How a workload stands to the instance's three databases. */
public enum Classification {
    /** It is one of the databases: never scaled. */
    DATABASE,
    /** Its pod template carries database credentials. */
    DIRECT,
    /** It gets its credentials from the frontend's internal API at run time; nothing in its pod template shows it. */
    INDIRECT,
    /** Part of the instance, but not known: treated as connected, because a missed writer costs more than a pause. */
    UNKNOWN,
    /** Known not to open database sessions: left running. */
    INDEPENDENT;

    /** Whether it has to be at zero while the migrator runs. */
    public boolean connected() {
        return this == DIRECT || this == INDIRECT || this == UNKNOWN;
    }
}
