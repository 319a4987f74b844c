package com.sourcegraph.downgrade.release;

/** How a component stands to the three databases. */
public enum ComponentKind {
    /** It is one of the databases: never scaled. */
    DATABASE,
    /** It opens sessions, by its own credentials or by those that the frontend's internal API hands out. */
    CONNECTED,
    /** It is known not to open sessions. */
    INDEPENDENT
}
