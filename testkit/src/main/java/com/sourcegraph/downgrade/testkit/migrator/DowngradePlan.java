package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigration;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.ReleaseLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The steps of a downgrade, as the migrator's {@code scheduleDowngrade} finds them: the schema goes down to the release
 * of a step, then the step's out-of-band migrations are reversed.
 */
record DowngradePlan(List<Step> steps) {
    /** A release to go down to, and the out-of-band migrations to reverse once there. */
    record Step(Release release, List<Integer> outOfBandMigrations) {}

    /** The minors between which an out-of-band migration can run in reverse, both included. */
    private record Interval(int id, Release introduced, Release end) {
        boolean contains(Release release) {
            return introduced.compareTo(release) <= 0 && release.compareTo(end) <= 0;
        }
    }

    /**
     * @param known the out-of-band migrations that the migrator knows
     * @throws GoPanic if one without a deprecation was introduced later than the minor after the target: its interval is
     *     inverted, and no point lies within
     */
    static DowngradePlan of(Release from, Release to, Collection<OutOfBandMigration> known, ReleaseLine line) {
        List<Interval> intervals = known.stream()
                .filter(migration -> migration.introduced().compareTo(to.toMinor()) >= 0)
                .filter(migration -> migration.introduced().compareTo(from.toMinor()) < 0)
                .map(migration -> new Interval(
                        migration.id(),
                        migration.introduced(),
                        migration.deprecated().orElse(line.next(to))))
                .sorted(Comparator.comparing(Interval::introduced).reversed())
                .toList();

        NavigableMap<Release, List<Integer>> idsByPoint = new TreeMap<>();
        for (Release point : points(intervals)) {
            idsByPoint.put(point, new ArrayList<>());
        }
        for (Interval interval : intervals) {
            Release lowest = idsByPoint.keySet().stream()
                    .filter(interval::contains)
                    .findFirst()
                    .orElseThrow(() -> new GoPanic("unreachable: input interval not covered in output"));
            idsByPoint.get(lowest).add(interval.id());
        }

        List<Step> steps = new ArrayList<>();
        idsByPoint.descendingMap().forEach((point, ids) -> {
            if (!ids.isEmpty()) {
                steps.add(new Step(point, ids.stream().sorted().toList()));
            }
        });
        steps.add(new Step(to.toMinor(), List.of()));
        return new DowngradePlan(List.copyOf(steps));
    }

    /** Greedy from the newest: a new point wherever an interval ends before the last one. */
    private static List<Release> points(List<Interval> intervals) {
        List<Release> points = new ArrayList<>();
        for (Interval interval : intervals) {
            if (points.isEmpty() || interval.end().isBefore(points.get(points.size() - 1))) {
                points.add(interval.introduced());
            }
        }
        return points;
    }
}
