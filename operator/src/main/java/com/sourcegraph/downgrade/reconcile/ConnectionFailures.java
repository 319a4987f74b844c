package com.sourcegraph.downgrade.reconcile;

import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Clock;
import java.time.Instant;

/**
 * Knows when a connection to the API server last failed. Watches of the Fabric8 client (7.9, over the JDK's web sockets) are now
 * and then left deaf by the end of an API server: of some thousand that were seen to end, a few were never told so, count as
 * connected, and are looked after by the client only after five to twelve minutes. Not told is what a balancer answers in the place of an API server
 * that is away.
 */
public final class ConnectionFailures implements Interceptor {

    private final Clock clock;
    private volatile Instant last = Instant.EPOCH;

    public ConnectionFailures(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        last = clock.instant();
    }

    /** When it was; long ago if never. */
    Instant last() {
        return last;
    }
}
