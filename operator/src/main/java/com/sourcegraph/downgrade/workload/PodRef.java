package com.sourcegraph.downgrade.workload;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A pod as far as quiescing and rollouts need it.
 *
 * @param phase {@code Pending}, {@code Running}, {@code Succeeded}, {@code Failed} or {@code Unknown}
 * @param nodeName empty while it is not scheduled
 * @param since when it was told to stop, or else when it started
 * @param deletionTimestamp when its grace period ends, once it has been told to stop; past it, its node has not
 *     confirmed the end
 * @param ready its Ready condition
 */
public record PodRef(
        String name,
        String phase,
        Optional<String> nodeName,
        Optional<Instant> since,
        Optional<Instant> deletionTimestamp,
        boolean ready) {
    public PodRef {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(nodeName, "nodeName");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(deletionTimestamp, "deletionTimestamp");
    }

    /**
     * Whether no container of it can run any more. A pod in phase {@code Unknown} counts as not gone: its node does not
     * answer, and what runs there may still write. So does one past its grace period, until its object is gone.
     */
    public boolean gone() {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** Whether it has been told to stop. */
    public boolean terminating() {
        return deletionTimestamp.isPresent();
    }
}
