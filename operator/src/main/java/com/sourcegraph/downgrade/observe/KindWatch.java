package com.sourcegraph.downgrade.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The objects of one kind in one namespace: listed once, then watched. Can be begun anew, and keeps what it has until the new
 * list is there.
 */
final class KindWatch<T extends HasMetadata> implements AutoCloseable {

    /** A resync tells what is in memory once more, and asks nobody. */
    private static final long NO_RESYNC = 0;

    private final Informable<T> kind;
    private final Runnable changed;
    private final Clock clock;
    private volatile SharedIndexInformer<T> current;
    private SharedIndexInformer<T> next;
    private Instant begun = Instant.EPOCH;
    private volatile Instant lastHeard = Instant.EPOCH;

    KindWatch(Informable<T> kind, Runnable changed, Clock clock) {
        this.kind = kind;
        this.changed = changed;
        this.clock = clock;
    }

    /** Whether it was never listed, or nothing was heard of it since then. */
    boolean silentSince(Instant since) {
        return current == null || lastHeard.isBefore(since);
    }

    /** Begins to list and watch anew; the answer is followed by {@link #adopt} or {@link #abandon}. */
    CompletableFuture<?> begin() {
        begun = clock.instant();
        next = kind.runnableInformer(NO_RESYNC);
        next.exceptionHandler((started, failure) -> true);
        next.addEventHandler(new Listener());
        if (current != null) {
            // Only what has changed is told, and the list is never one from before: without, any that the server has in
            // memory would do.
            next.initialState(current.getStore().list().stream());
        }
        return next.start().toCompletableFuture();
    }

    void adopt() {
        SharedIndexInformer<T> before = current;
        current = next;
        next = null;
        // Not now: what has gone wrong since, while others were listed, may have made it deaf again.
        lastHeard = begun;
        if (before != null) {
            before.close();
        }
    }

    /** What it has heard so far does not count: it has to be begun again. */
    void abandon() {
        if (next != null) {
            next.close();
            next = null;
        }
        lastHeard = Instant.EPOCH;
    }

    List<T> objects() {
        return current.getStore().list();
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }

    private void heard() {
        lastHeard = clock.instant();
        changed.run();
    }

    private final class Listener implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T added) {
            heard();
        }

        @Override
        public void onUpdate(T before, T after) {
            if (!before.getMetadata()
                    .getResourceVersion()
                    .equals(after.getMetadata().getResourceVersion())) {
                heard();
            }
        }

        @Override
        public void onDelete(T deleted, boolean finalStateUnknown) {
            heard();
        }
    }
}
