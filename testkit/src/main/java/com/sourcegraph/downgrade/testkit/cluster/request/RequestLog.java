package com.sourcegraph.downgrade.testkit.cluster.request;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** All requests that the API answered, oldest first. A watch is recorded when it is answered, not when it ends. */
public final class RequestLog {
    private final List<RequestRecord> records = new ArrayList<>();

    /** Adds a request that has its answer. */
    public synchronized void add(RequestRecord request) {
        records.add(request);
    }

    /** All of them. */
    public synchronized List<RequestRecord> all() {
        return List.copyOf(records);
    }

    /** Those that match. */
    public List<RequestRecord> matching(Predicate<RequestRecord> filter) {
        return all().stream().filter(filter).toList();
    }

    /** Those that asked to change something, dry runs left out. */
    public List<RequestRecord> writes() {
        return matching(RequestRecord::isWrite);
    }

    /** Forgets them. */
    public synchronized void reset() {
        records.clear();
    }
}
