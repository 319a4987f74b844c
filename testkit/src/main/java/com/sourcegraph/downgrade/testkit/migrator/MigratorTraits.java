package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Release;

/** What differs between the migrators of different releases. Where the exact release is not known, the earliest fits. */
record MigratorTraits(Release release) {
    private static final Release V4_1 = Release.minor(4, 1);
    private static final Release V5_0 = Release.minor(5, 0);
    private static final Release V5_2 = Release.minor(5, 2);
    private static final Release V5_8 = Release.minor(5, 8);
    private static final Release V6_0 = Release.minor(6, 0);
    private static final Release FIRST_KNOWN = Release.minor(3, 20);
    private static final Release FIRST_KNOWN_LATE = Release.minor(4, 0);

    /** {@code downgrade} checks for drift first; 4.0 did not. */
    boolean checksDrift() {
        return release.isAtLeast(V4_1);
    }

    boolean hasDisableAnimation() {
        return release.isAtLeast(V4_1);
    }

    boolean hasIgnoreMigratorUpdate() {
        return release.isAtLeast(V5_0);
    }

    boolean hasSeveralPrivilegedHashes() {
        return release.isAtLeast(V4_1);
    }

    /** {@code drift} compares {@code --version} with the version row, and may do without it. */
    boolean driftReadsVersion() {
        return release.isAtLeast(V4_1);
    }

    /** Colours and cursor codes also without a terminal. */
    boolean forcesTerminal() {
        return release.isBefore(V5_0);
    }

    boolean bannerHasV() {
        return release.isBefore(V4_1);
    }

    /** 4.0 announces out-of-band migrations twice where ids are given. */
    boolean announcesOutOfBandTwice() {
        return release.isBefore(V4_1);
    }

    /** The data sources, passwords included, go to the log. */
    boolean printsDataSources() {
        return release.isBefore(V5_2);
    }

    boolean requiresPostgres16() {
        return release.isAtLeast(V6_0);
    }

    /** The first release whose schema it can reach: late migrators dropped the 3.x ones (inferred). */
    Release firstKnownRelease() {
        return release.isAtLeast(V5_8) ? FIRST_KNOWN_LATE : FIRST_KNOWN;
    }

    boolean knows(Release other) {
        return other.toMinor().isAtLeast(firstKnownRelease()) && other.toMinor().compareTo(release.toMinor()) <= 0;
    }
}
