package com.sourcegraph.downgrade.manifest;

/** A text of somebody else's, fit for a message: of one line and not long. */
final class Excerpt {

    private static final int LONGEST = 100;

    private Excerpt() {}

    static String of(String text) {
        String line = String.valueOf(text).replaceAll("\\p{Cntrl}", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
