package com.sourcegraph.downgrade.testkit.cluster.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as the API writes them: whole seconds in UTC. */
public final class Timestamps {
    private Timestamps() {}

    public static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
