package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Whether what the SDK's watch has brought of a resource may be old. Since a connection to the API server failed, that watch may be
 * deaf, as {@link ConnectionFailures} tells; it is believed again for a resource once it has brought something new of it.
 */
final class WatchDoubt {

    /** The client looks after a watch itself by then. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Supplier<Instant> lastFailure;
    private final Clock clock;
    private final Map<String, Doubted> doubted = new ConcurrentHashMap<>();

    /** @param version what the watch had brought when the resource was first looked at after the failure */
    private record Doubted(Instant failure, String version) {}

    WatchDoubt(Supplier<Instant> lastFailure, Clock clock) {
        this.lastFailure = lastFailure;
        this.clock = clock;
    }

    boolean of(SourcegraphDowngrade cached) {
        String uid = cached.getMetadata().getUid();
        Instant failure = lastFailure.get();
        if (clock.instant().isAfter(failure.plus(LONGEST))) {
            doubted.remove(uid);
            return false;
        }
        String version = cached.getMetadata().getResourceVersion();
        Doubted known = doubted.compute(
                uid,
                (same, before) ->
                        before != null && before.failure().equals(failure) ? before : new Doubted(failure, version));
        return known.version().equals(version);
    }

    void forget(String uid) {
        doubted.remove(uid);
    }
}
