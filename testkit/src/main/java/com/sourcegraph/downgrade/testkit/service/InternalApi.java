package com.sourcegraph.downgrade.testkit.service;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The frontend's internal API, which gives the other services their data sources: without a frontend that serves, a
 * service that starts learns nothing and waits. One that has started keeps its sessions when the frontends go.
 */
final class InternalApi {
    private final AtomicInteger serving = new AtomicInteger();

    void opened() {
        serving.incrementAndGet();
    }

    void closed() {
        serving.decrementAndGet();
    }

    boolean answers() {
        return serving.get() > 0;
    }
}
