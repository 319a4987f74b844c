package com.sourcegraph.downgrade.testkit.service;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The internal API of the frontends of one instance on the in-memory cluster. */
final class InMemoryInternalApi implements InternalApi {
    private final Map<String, String> databases;
    private final AtomicInteger serving = new AtomicInteger();

    InMemoryInternalApi(Map<String, String> databases) {
        this.databases = Map.copyOf(databases);
    }

    @Override
    public void opened(Map<String, String> environment) {
        serving.incrementAndGet();
    }

    @Override
    public void closed() {
        serving.decrementAndGet();
    }

    @Override
    public Optional<Map<String, String>> databases() {
        return serving.get() > 0 ? Optional.of(databases) : Optional.empty();
    }

    @Override
    public Duration betweenQuestions() {
        return Duration.ofMillis(20);
    }
}
