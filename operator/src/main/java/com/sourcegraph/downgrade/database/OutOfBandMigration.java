package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Minor;
import java.util.Optional;

/**
 * A row of {@code out_of_band_migrations}.
 *
 * @param progress 0 to 1, forward; most migrations go on to report forward progress while they are reversed
 * @param nonDestructive the migrator does not wait for it on a downgrade
 * @param applyReverse set by a downgrade and never set back by it
 */
public record OutOfBandMigration(
        int id,
        String team,
        String component,
        String description,
        double progress,
        boolean nonDestructive,
        boolean applyReverse,
        Minor introduced,
        Optional<Minor> deprecated) {
    /**
     * Whether {@code migrator downgrade} reverses it: introduced in {@code to} or above and below {@code from}. One that
     * came with {@code from} itself is left as it is, and one that came with {@code to} is reversed although the target
     * still wants it: that is how the migrator counts.
     */
    public boolean reversedBy(Minor from, Minor to) {
        return introduced.isAtLeast(to) && introduced.isBefore(from);
    }
}
