package com.sourcegraph.downgrade.testkit.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The order of Sourcegraph's minors: a major's last minor is followed by the next major's {@code .0}. The last minors
 * (3.43, 4.5, 5.11, 6.12) are those of the migrator's own table and of the chart tags.
 */
public final class ReleaseLine {
    private static final NavigableMap<Integer, Integer> LAST_MINORS = new TreeMap<>(Map.of(
            3, 43,
            4, 5,
            5, 11,
            6, 12));

    /** Only majors below this one have a known last minor: what a migrator of that major was built with. */
    private final int knownBelowMajor;

    private ReleaseLine(int knownBelowMajor) {
        this.knownBelowMajor = knownBelowMajor;
    }

    /** The whole line. */
    public static ReleaseLine whole() {
        return new ReleaseLine(Integer.MAX_VALUE);
    }

    /** The line as a migrator of that release knows it: the ends of the majors before its own. */
    public static ReleaseLine knownTo(Release migrator) {
        return new ReleaseLine(migrator.major());
    }

    /** The minor after this one. Past the end of a major that is not known this counts on for ever, as the migrator does. */
    public Release next(Release release) {
        Integer last = release.major() < knownBelowMajor ? LAST_MINORS.get(release.major()) : null;
        return last != null && release.minor() >= last
                ? Release.minor(release.major() + 1, 0)
                : Release.minor(release.major(), release.minor() + 1);
    }

    /**
     * The minors from the lower to the upper one, both included.
     *
     * @return empty where the upper one is never reached, because the end of a major in between is not known; the
     *     migrator's {@code UpgradeRange} does not return in that case
     */
    public Optional<List<Release>> range(Release lower, Release upper) {
        List<Release> range = new ArrayList<>();
        Release last = upper.toMinor();
        for (Release release = lower.toMinor(); release.compareTo(last) <= 0; release = next(release)) {
            range.add(release);
            if (release.sameMinor(last)) {
                return Optional.of(range);
            }
            if (release.major() < last.major() && !endIsKnown(release.major())) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private boolean endIsKnown(int major) {
        return major < knownBelowMajor && LAST_MINORS.containsKey(major);
    }
}
