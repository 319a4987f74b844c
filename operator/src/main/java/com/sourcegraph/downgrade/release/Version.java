package com.sourcegraph.downgrade.release;

import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release as people and image tags write it: {@code v4.5.1}, {@code 4.5.1}, {@code 4.5}. After 5.3.3 the third part is
 * a build number (5.3.9104), so all parts compare as numbers. A version without a patch is lower than every version of
 * the same minor that has one: it stands for the start of that minor.
 *
 * <p>Build metadata after the numbers ({@code -rc1}, {@code +dev}) is accepted and dropped: the migrator does the same.
 */
public record Version(int major, int minor, OptionalInt patch) implements Comparable<Version> {
    /** The migrator's own pattern; nine digits at most, so that every part is an int. */
    private static final Pattern FORMAT =
            Pattern.compile("v?(\\d{1,9})\\.(\\d{1,9})(?:\\.(\\d{1,9}))?(?:-[\\w.-]*)?(?:\\+[\\w.-]*)?");

    private static final int LONGEST_SHOWN = 80;

    public Version {
        Objects.requireNonNull(patch, "patch");
        if (major < 0 || minor < 0 || patch.orElse(0) < 0) {
            throw new IllegalArgumentException("A version has no negative parts");
        }
    }

    public static Version of(int major, int minor, int patch) {
        return new Version(major, minor, OptionalInt.of(patch));
    }

    public static Version of(Minor minor) {
        return new Version(minor.major(), minor.minor(), OptionalInt.empty());
    }

    /** @throws VersionFormatException with a message for people */
    public static Version parse(String text) {
        String trimmed = text == null ? "" : text.strip();
        Matcher matcher = FORMAT.matcher(trimmed);
        if (!matcher.matches()) {
            throw new VersionFormatException(
                    "\"" + shortened(trimmed) + "\" is not a Sourcegraph version; write it like v4.5.1, 4.5.1 or 4.5");
        }
        String patch = matcher.group(3);
        return new Version(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(patch)));
    }

    public Minor toMinor() {
        return new Minor(major, minor);
    }

    /** As Sourcegraph's tags and the migrator's {@code drift --version} write it: {@code v4.5.1}. */
    public String tag() {
        return "v" + this;
    }

    public boolean isBefore(Version other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Version other) {
        int byMinor = toMinor().compareTo(other.toMinor());
        return byMinor != 0 ? byMinor : Integer.compare(patch.orElse(-1), other.patch.orElse(-1));
    }

    @Override
    public String toString() {
        return major + "." + minor + (patch.isPresent() ? "." + patch.getAsInt() : "");
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }
}
