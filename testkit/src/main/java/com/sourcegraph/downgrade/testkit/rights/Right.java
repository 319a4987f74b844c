package com.sourcegraph.downgrade.testkit.rights;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * One verb on one kind.
 *
 * @param group the API group; empty for the core group
 * @param resource the plural, with its subresource, such as {@code pods/log}
 */
public record Right(String verb, String group, String resource) implements Comparable<Right> {

    private static final Comparator<Right> ORDER =
            Comparator.comparing(Right::resource).thenComparing(Right::group).thenComparing(Right::verb);

    /** Of a request. */
    public static Right of(String verb, String group, String resource, String subresource) {
        return new Right(verb, group, subresource.isEmpty() ? resource : resource + "/" + subresource);
    }

    /** Such as {@code get,list deployments.apps}: a right a verb. */
    public static Stream<Right> parse(String text) {
        String[] parts = text.split(" ", 2);
        String[] kind = parts[1].split("\\.", 2);
        return Arrays.stream(parts[0].split(","))
                .map(verb -> new Right(verb, kind.length == 1 ? "" : kind[1], kind[0]));
    }

    @Override
    public int compareTo(Right other) {
        return ORDER.compare(this, other);
    }

    /** Such as {@code patch deployments.apps}. */
    @Override
    public String toString() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }
}
