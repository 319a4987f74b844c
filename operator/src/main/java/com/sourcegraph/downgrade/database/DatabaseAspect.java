package com.sourcegraph.downgrade.database;

/** What to look at in one look; each one asked for costs a query or two. */
public enum DatabaseAspect {
    /** The row of table {@code versions}, in the frontend's database. */
    VERSION,
    /** The migration logs of each schema, and who holds the migrator's lock. */
    MIGRATIONS,
    /** The out-of-band migrations, in the frontend's database. */
    OUT_OF_BAND,
    /** Who else is connected to each database. */
    SESSIONS
}
