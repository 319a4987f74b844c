package com.sourcegraph.downgrade.database;

/** Whose a database session is, judged by its {@code application_name}. */
public enum SessionKind {
    /** A service of the instance. */
    SERVICE,
    /** A migrator, ours or another. */
    MIGRATOR,
    /** This operator, from another look. */
    OPERATOR,
    /** Somebody else: a person's psql, an exporter, a backup, or a session without a name. */
    FOREIGN
}
