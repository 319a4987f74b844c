package com.sourcegraph.downgrade.release;

/**
 * What a migrator image of a given release can do. All questions are about the release of the migrator's image, which
 * need not be the release of the instance: the documentation advises the newest usable migrator for a downgrade.
 */
public final class MigratorSupport {
    /** The {@code downgrade} command came with 4.0. */
    private static final Minor FIRST_DOWNGRADE = new Minor(4, 0);

    /** {@code --skip-drift-check} and {@code --disable-animation} are unknown to 4.0 and known to later ones. */
    private static final Minor FIRST_DRIFT_CHECK = new Minor(4, 1);

    /** Looking for a schema description from within {@code downgrade} was broken before 4.5. */
    private static final Minor FIRST_SOUND_DRIFT_CHECK = new Minor(4, 5);

    /**
     * The look for a newer migrator, and {@code --ignore-migrator-update} with it, came with 5.1.0. An image of 5.0
     * answers the flag with a usage error.
     */
    private static final Minor FIRST_UPDATE_CHECK = new Minor(5, 1);

    /** {@code drift --version} must equal the row including its patch, and may be left out, from 4.5 on. */
    private static final Minor FIRST_VERSION_CHECK_IN_DRIFT = new Minor(4, 5);

    /** From 5.8 on, the migrator's list of releases starts at 4.0. */
    private static final Minor FIRST_WITHOUT_MAJOR_3 = new Minor(5, 8);

    /** Migrators from 6.0 on refuse servers older than PostgreSQL 16. */
    private static final Minor FIRST_NEEDING_16 = new Minor(6, 0);

    private static final Minor LAST_FOR_12 = new Minor(5, 11);

    private MigratorSupport() {}

    public static boolean hasDowngrade(Minor migrator) {
        return migrator.isAtLeast(FIRST_DOWNGRADE);
    }

    public static boolean hasSkipDriftCheck(Minor migrator) {
        return migrator.isAtLeast(FIRST_DRIFT_CHECK);
    }

    public static boolean hasSoundDriftCheck(Minor migrator) {
        return migrator.isAtLeast(FIRST_SOUND_DRIFT_CHECK);
    }

    public static boolean hasDisableAnimation(Minor migrator) {
        return migrator.isAtLeast(FIRST_DRIFT_CHECK);
    }

    public static boolean hasIgnoreMigratorUpdate(Minor migrator) {
        return migrator.isAtLeast(FIRST_UPDATE_CHECK);
    }

    public static boolean comparesDriftVersionWithRow(Minor migrator) {
        return migrator.isAtLeast(FIRST_VERSION_CHECK_IN_DRIFT);
    }

    /**
     * Whether this migrator knows every release from {@code from} down to {@code to}. An older one than {@code from}
     * stops with {@code unknown tag}, or never ends where a major's last minor is missing from its table; one from 5.8
     * on no longer knows the releases of major 3.
     */
    public static boolean covers(Minor migrator, Minor from, Minor to) {
        return hasDowngrade(migrator)
                && migrator.isAtLeast(from)
                && (to.major() >= 4 || migrator.isBefore(FIRST_WITHOUT_MAJOR_3));
    }

    /** Whether this migrator works on a server of that major version of PostgreSQL. */
    public static boolean runsOn(Minor migrator, int postgresMajor) {
        return postgresMajor >= 16 || migrator.isBefore(FIRST_NEEDING_16);
    }

    /** The newest migrator for servers below PostgreSQL 16: 5.11. */
    public static Minor newestBelowPostgres16() {
        return LAST_FOR_12;
    }
}
