package com.sourcegraph.downgrade.observe;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** One namespace's watch and the runs that use it. Its lock is its own: a namespace that is slow to list holds up no other. */
final class SharedWatch {

    private final Supplier<NamespaceWatch> make;
    private final Set<String> users = new HashSet<>();
    private NamespaceWatch watch;

    SharedWatch(Supplier<NamespaceWatch> make) {
        this.make = make;
    }

    /** The watch, begun if there is none; of what it has heard nothing since then is listed anew. */
    synchronized NamespaceWatch open(String runUid, Instant since) {
        if (watch == null) {
            watch = make.get();
        }
        users.add(runUid);
        watch.renew(since);
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
}
