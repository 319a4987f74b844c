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
    private volatile Instant lastHeard = Instant.EPOCH;

    KindWatch(Informable<T> kind, Runnable changed, Clock clock) {
        this.kind = kind;
        this.changed = changed;
        this.clock = clock;
    }

    /** When it was listed, or an event came; long ago before its first list. */
    Instant lastHeard() {
        return lastHeard;
    }

    /** Begins to list and watch anew; the answer is followed by {@link #adopt} or {@link #abandon}. */
    CompletableFuture<?> begin() {
        next = kind.runnableInformer(NO_RESYNC);
        next.exceptionHandler((started, failure) -> true);
        next.addEventHandler(new Listener());
        return next.start().toCompletableFuture();
    }

    void adopt() {
        SharedIndexInformer<T> before = current;
        current = next;
        next = null;
        lastHeard = clock.instant();
        if (before != null) {
            before.close();
        }
    }

    /** What it has heard so far does not count: it has to be begun again. */
    void abandon() {
        next.close();
        next = null;
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
