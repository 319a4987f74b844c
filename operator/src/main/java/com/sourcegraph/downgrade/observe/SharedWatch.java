package com.sourcegraph.downgrade.observe;

import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** One namespace's watch and the runs that use it. Its lock is its own: a namespace that is slow to list holds up no other. */
final class SharedWatch {

    private final Function<Runnable, NamespaceWatch> make;
    private final Runnable changed;
    private final Clock clock;
    private final Set<String> users = new HashSet<>();
    private NamespaceWatch watch;
    private volatile Instant lastHeard = Instant.EPOCH;

    SharedWatch(Function<Runnable, NamespaceWatch> make, Runnable changed, Clock clock) {
        this.make = make;
        this.changed = changed;
        this.clock = clock;
    }

    /** The watch, begun if there is none and anew if it has been quiet for too long. */
    synchronized NamespaceWatch open(String runUid) {
        if (watch == null || clock.instant().isAfter(lastHeard.plus(NamespaceWatches.QUIET))) {
            NamespaceWatch begun = begin();
            close();
            watch = begun;
        }
        users.add(runUid);
        return watch;
    }

    /** The run has left. @return whether nobody is left, and so the watch is closed */
    synchronized boolean left(String runUid) {
        users.remove(runUid);
        if (users.isEmpty()) {
            close();
        }
        return users.isEmpty();
    }

    synchronized void close() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    private NamespaceWatch begin() {
        NamespaceWatch begun = make.apply(this::heard);
        try {
            begun.start();
        } catch (RuntimeException e) {
            begun.close();
            throw e;
        }
        lastHeard = clock.instant();
        return begun;
    }

    private void heard() {
        lastHeard = clock.instant();
        changed.run();
    }
}
