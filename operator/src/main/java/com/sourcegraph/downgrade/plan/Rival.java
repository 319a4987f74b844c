package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.workload.FieldOwner;
import java.time.Instant;

/**
 * Somebody who brought back a workload that the run had stopped.
 *
 * @param workload such as {@code Deployment/worker}
 * @param name the field manager, as it is shown
 * @param since when the run saw the first of those that have followed each other so closely that they are one fight
 * @param at when it saw the last
 */
record Rival(String workload, String name, Instant since, Instant at) {

    /** Whether it is known who it is. */
    boolean named() {
        return !name.equals(FieldOwner.NAMELESS) && !name.equals(FieldOwner.UNSHOWN);
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
