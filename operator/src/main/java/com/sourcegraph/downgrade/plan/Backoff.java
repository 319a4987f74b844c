package com.sourcegraph.downgrade.plan;

import java.time.Duration;

/**
 * How long the finding of a migrator's Job stands before the next Job looks whether it was repaired: long enough not to fill
 * a namespace with Jobs while nobody is there, short enough that whoever repairs it sees it noticed.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(16);

    private Backoff() {}

    /** The pause after the n-th attempt, counted from one: 1, 2, 4, 8, 16, 16… minutes. */
    static Duration after(int attempt) {
        Duration pause = FIRST.multipliedBy(1L << Math.min(Math.max(attempt - 1, 0), 10));
        return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }
}
