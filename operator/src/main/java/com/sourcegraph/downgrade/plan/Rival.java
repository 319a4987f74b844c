package com.sourcegraph.downgrade.plan;

import java.time.Instant;

/**
 * Somebody who brought back a workload that the run had stopped.
 *
 * @param workload such as {@code Deployment/worker}
 * @param name the field manager
 * @param at when the run saw it
 */
record Rival(String workload, String name, Instant at) {
    static final String NAMELESS = "something that leaves no name";

    /** For people. */
    String message() {
        return workload + " was brought back again by " + name + " at " + at;
    }
}
