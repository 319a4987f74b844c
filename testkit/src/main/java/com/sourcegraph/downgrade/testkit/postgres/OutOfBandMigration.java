package com.sourcegraph.downgrade.testkit.postgres;

import java.util.Optional;

/**
 * An out-of-band migration as the migrator's list describes it.
 *
 * @param deprecated the minor from which on it must be finished; empty where that is not decided
 * @param removed the first minor whose migrator no longer lists it; empty where it still does
 */
public record OutOfBandMigration(
        int id,
        String team,
        String component,
        String description,
        boolean nonDestructive,
        boolean enterprise,
        Release introduced,
        Optional<Release> deprecated,
        Optional<Release> removed,
        Down down) {

    /** What running it in reverse does. */
    public enum Down {
        /** Nothing, and the progress reported stays that of the way forward. */
        NONE,
        /** Nothing, and the progress reported is 0 at once. */
        ZERO,
        /** It moves data back, in batches. */
        REAL
    }

    /** Whether a migrator or a service of that release knows it. */
    public boolean knownTo(Release release) {
        return introduced.compareTo(release) <= 0
                && removed.map(first -> release.toMinor().isBefore(first)).orElse(true);
    }
}
