package com.sourcegraph.downgrade.testkit.postgres;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Sourcegraph release: major, minor and patch (a build number from 5.3 on). */
public record Release(int major, int minor, int patch) implements Comparable<Release> {
    /** The form that late migrators accept, see {@code oobmigration.NewVersionFromString}. */
    private static final Pattern FORM = Pattern.compile("^v?(\\d+)\\.(\\d+)(?:\\.(\\d+))?(?:-\\w*)?(?:\\+[\\w.]*)?$");

    private static final Comparator<Release> ORDER = Comparator.comparingInt(Release::major)
            .thenComparingInt(Release::minor)
            .thenComparingInt(Release::patch);

    public static Release minor(int major, int minor) {
        return new Release(major, minor, 0);
    }

    /** Empty where the text has no release's form. */
    public static Optional<Release> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int patch = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return Optional.of(new Release(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), patch));
    }

    /**
     * @throws IllegalArgumentException if the text has no release's form
     */
    public static Release of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + text + "\" is no release: expected [v]MAJOR.MINOR[.PATCH], such as 5.0.6"));
    }

    /** This release's minor, that is the same release with patch 0. */
    public Release toMinor() {
        return patch == 0 ? this : new Release(major, minor, 0);
    }

    public boolean sameMinor(Release other) {
        return major == other.major && minor == other.minor;
    }

    public boolean isBefore(Release other) {
        return compareTo(other) < 0;
    }

    public boolean isAtLeast(Release other) {
        return compareTo(other) >= 0;
    }

    /** As manifests and the migrator's messages name a minor: {@code 4.5}. */
    public String minorText() {
        return major + "." + minor;
    }

    /** As git and schema descriptions name it: {@code v4.5.1}. */
    public String tag() {
        return "v" + this;
    }

    @Override
    public int compareTo(Release other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
