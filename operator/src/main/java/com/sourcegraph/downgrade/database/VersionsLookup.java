package com.sourcegraph.downgrade.database;

/** What came of looking for the {@link VersionsRow}. */
public enum VersionsLookup {
    /** {@link DatabaseAspect#VERSION} was not asked for, or the frontend's database did not answer. */
    NOT_READ,
    /** The row is there. */
    FOUND,
    /** The table has no row for the frontend: no release ever finished its start on this database. */
    ROW_MISSING,
    /** No such table: this is not the frontend's database, or an empty one. */
    TABLE_MISSING
}
