package com.sourcegraph.downgrade.release;

import java.util.Comparator;

/** A release without its patch, such as 4.5: the unit in which the migrator counts. */
public record Minor(int major, int minor) implements Comparable<Minor> {
    private static final Comparator<Minor> ORDER =
            Comparator.comparingInt(Minor::major).thenComparingInt(Minor::minor);

    public Minor {
        if (major < 0 || minor < 0) {
            throw new IllegalArgumentException(
                    "A release number is never negative, but this one is " + major + "." + minor);
        }
    }

    public static Minor of(int major, int minor) {
        return new Minor(major, minor);
    }

    /**
     * Reads {@code 4.5} or {@code v4.5}; a patch is accepted and dropped, as the migrator does with {@code --from} and
     * {@code --to}.
     *
     * @throws VersionFormatException with a message for people
     */
    public static Minor parse(String text) {
        return Version.parse(text).toMinor();
    }

    public boolean isBefore(Minor other) {
        return compareTo(other) < 0;
    }

    public boolean isAtLeast(Minor other) {
        return compareTo(other) >= 0;
    }

    /** The minor's name in tags and on the migrator's command line: {@code v4.5}. */
    public String tag() {
        return "v" + this;
    }

    /** The release whose schema the migrator leaves behind after a downgrade to this minor: {@code 4.5.0}. */
    public Version firstPatch() {
        return Version.of(major, minor, 0);
    }

    @Override
    public int compareTo(Minor other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
