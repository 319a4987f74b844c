package com.sourcegraph.downgrade.release;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The order of Sourcegraph's minors, across majors: which exist, which are next to each other, how far apart two are.
 *
 * <p>The last minor of a closed major is data, because no rule gives it: 3.43, 4.5, 5.11 and 6.12 (the migrator's own
 * table for 3 and 4, the tags of the published charts for 5 and 6). Any minor of the major after the last closed one
 * counts as released, since that major is still growing. Majors beyond that one are unknown: how many minors lie
 * between them and the rest cannot be said, so nothing is guessed.
 */
public final class ReleaseLine {
    /** The migrator's documentation supports downgrades down to this release. */
    private static final Minor OLDEST_TARGET = new Minor(3, 20);

    private final TreeMap<Integer, Integer> lastMinors;

    /** @param lastMinors the last minor of each closed major; the majors must follow each other without a gap */
    public ReleaseLine(Map<Integer, Integer> lastMinors) {
        if (lastMinors.isEmpty()) {
            throw new IllegalArgumentException("A release line needs at least one closed major");
        }
        this.lastMinors = new TreeMap<>(lastMinors);
        if (this.lastMinors.lastKey() - this.lastMinors.firstKey() != this.lastMinors.size() - 1) {
            throw new IllegalArgumentException("The release line has a gap between majors: " + lastMinors.keySet());
        }
    }

    /** The release line as it is known to this build of the operator. */
    public static ReleaseLine known() {
        return new ReleaseLine(Map.of(3, 43, 4, 5, 5, 11, 6, 12));
    }

    /** The oldest release that the migrator can go down to: 3.20. */
    public Minor oldestTarget() {
        return OLDEST_TARGET;
    }

    /** Whether this minor exists, or may exist because its major is still growing. */
    public boolean known(Minor minor) {
        Integer last = lastMinors.get(minor.major());
        return last != null ? minor.minor() <= last : minor.major() == openMajor();
    }

    /** Whether {@code older} is the minor directly before {@code newer}: 4.4 and 4.5, or 4.5 and 5.0. */
    public boolean adjacent(Minor older, Minor newer) {
        return distance(older, newer).orElse(-1) == 1;
    }

    /**
     * How many minors {@code newer} lies above {@code older}: 0 for the same, 1 for adjacent ones. Empty if one of them
     * is unknown or {@code newer} is in fact older.
     */
    public OptionalInt distance(Minor older, Minor newer) {
        if (!known(older) || !known(newer) || newer.isBefore(older)) {
            return OptionalInt.empty();
        }
        int distance = newer.minor() - older.minor();
        for (int major = older.major(); major < newer.major(); major++) {
            distance += lastMinors.get(major) + 1;
        }
        return OptionalInt.of(distance);
    }

    /**
     * Every minor from {@code from} down to {@code to}, both included.
     *
     * @throws IllegalArgumentException if one of them is unknown or {@code to} is above {@code from}
     */
    public List<Minor> downwards(Minor from, Minor to) {
        if (distance(to, from).isEmpty()) {
            throw new IllegalArgumentException("There is no way down from " + from + " to " + to
                    + " on the known release line (" + describe() + ")");
        }
        List<Minor> minors = new ArrayList<>();
        for (Minor at = from; at.isAtLeast(to); at = at.minor() > 0 ? below(at) : lastOf(at.major() - 1)) {
            minors.add(at);
            if (at.equals(to)) {
                break;
            }
        }
        return List.copyOf(minors);
    }

    /** For messages: {@code 3.0 to 3.43, 4.0 to 4.5, …, 7.0 and later}. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        lastMinors.forEach((major, last) -> text.append(major)
                .append(".0 to ")
                .append(major)
                .append('.')
                .append(last)
                .append(", "));
        return text.append(openMajor()).append(".0 and later").toString();
    }

    private int openMajor() {
        return lastMinors.lastKey() + 1;
    }

    private Minor lastOf(int major) {
        return new Minor(major, lastMinors.get(major));
    }

    private static Minor below(Minor minor) {
        return new Minor(minor.major(), minor.minor() - 1);
    }
}
