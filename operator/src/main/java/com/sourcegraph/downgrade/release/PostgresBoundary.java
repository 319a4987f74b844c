package com.sourcegraph.downgrade.release;

/**
 * The step from PostgreSQL 12 to 16 in the built-in databases.
 *
 * <p>From 5.10 on, the database images carry PostgreSQL 16 and upgrade the data directory in place when they start on
 * one of PostgreSQL 12. Nothing converts it back, and neither the migrator nor the manifests of an older release know of
 * it: an image of 5.9 or older on such a volume does not start. External databases are not touched by this.
 */
public final class PostgresBoundary {
    private static final Minor FIRST_ON_16 = new Minor(5, 10);

    private PostgresBoundary() {}

    /** The first release whose built-in databases run PostgreSQL 16: 5.10. */
    public static Minor firstMinorOn16() {
        return FIRST_ON_16;
    }

    /** Whether a downgrade between these releases leads from built-in PostgreSQL 16 to manifests with 12. */
    public static boolean crossedBy(Minor from, Minor to) {
        return from.isAtLeast(FIRST_ON_16) && to.isBefore(FIRST_ON_16);
    }

    /** The major version of PostgreSQL in the database images of that release. */
    public static int builtInMajor(Minor minor) {
        return minor.isAtLeast(FIRST_ON_16) ? 16 : 12;
    }
}
