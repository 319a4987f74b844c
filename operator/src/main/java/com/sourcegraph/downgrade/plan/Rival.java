package com.sourcegraph.downgrade.plan;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Somebody who brought back a workload that the run had stopped.
 *
 * @param workload such as {@code Deployment/worker}
 * @param name the field manager, where it is a single word
 * @param since when the run saw the first of those that have followed each other so closely that they are one fight
 * @param at when it saw the last
 */
record Rival(String workload, String name, Instant since, Instant at) {
    static final String NAMELESS = "something that leaves no name";

    /** What stands before a command must not be able to look like one: whoever writes an object chooses this name freely. */
    private static final Pattern WORD = Pattern.compile("[\\w./@-]{1,63}");

    Rival {
        name = WORD.matcher(name).matches() ? name : NAMELESS;
    }

    /** For people. */
    String message() {
        return workload + " was brought back again by " + name + " at " + at;
    }

    /** For people, where it does so all the time. */
    String again() {
        return workload + " is brought back again and again by " + name + ", first at " + since + " and last at " + at;
    }
}
