package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.ReleaseLine;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import java.util.List;
import java.util.Optional;

/** {@code --from} and {@code --to}, read and checked as the migrator does before it touches a database. */
record ReleaseRange(Release from, Release to) {
    static ReleaseRange of(Flags flags) {
        return new ReleaseRange(parse(flags, "from"), parse(flags, "to"));
    }

    /** The patch is read and dropped; so is a suffix {@code +dev}. */
    private static Release parse(Flags flags, String name) {
        return flags.text(name)
                .map(text -> text.endsWith("+dev") ? text.substring(0, text.length() - "+dev".length()) : text)
                .flatMap(Release::parse)
                .map(Release::toMinor)
                .orElseThrow(() -> new MigratorError("bad format for -" + name));
    }

    void requireDownwards() {
        if (from.compareTo(to) <= 0) {
            throw new MigratorError("invalid range (from=" + from.minorText() + " <= to=" + to.minorText() + ")");
        }
    }

    void requireUpwards() {
        if (from.compareTo(to) >= 0) {
            throw new MigratorError("invalid range (from=" + from.minorText() + " >= to=" + to.minorText() + ")");
        }
    }

    /**
     * Every minor in the range has to be known to the migrator.
     *
     * @throws ProcessEnded with exit code 137 where the migrator counts minors for ever, until its memory is used up:
     *     that is what one does whose own major is lower than that of {@code from}
     */
    void requireKnown(MigratorRun run) {
        Release lower = from.isBefore(to) ? from : to;
        Release upper = from.isBefore(to) ? to : from;
        Optional<List<Release>> minors =
                ReleaseLine.knownTo(run.settings().release()).range(lower, upper);
        if (minors.isEmpty()) {
            throw run.process().die(137);
        }
        for (Release minor : minors.get()) {
            // The stand-in's own history ends where the real one's goes on; both know nothing of what lies beyond.
            if (!run.traits().knows(minor) || minor.isBefore(SchemaHistory.FIRST)) {
                throw new MigratorError("unknown tag \"" + minor.tag() + "\"");
            }
        }
    }
}
