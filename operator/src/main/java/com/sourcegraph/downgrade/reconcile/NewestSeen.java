package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what was written last for each resource until the watch has brought it, so that a turn does not decide on a
 * journal that is older than its own last entry. Correctness does not rest on it: a late turn is refused by its resource
 * version. It saves that round.
 */
final class NewestSeen {

    private final Map<String, SourcegraphDowngrade> written = new ConcurrentHashMap<>();

    void wrote(SourcegraphDowngrade resource) {
        written.put(resource.getMetadata().getUid(), resource);
    }

    void forget(String uid) {
        written.remove(uid);
    }

    /** The newer of what the cache has and what was written last. */
    SourcegraphDowngrade newest(SourcegraphDowngrade cached) {
        SourcegraphDowngrade known = written.get(cached.getMetadata().getUid());
        if (known == null) {
            return cached;
        }
        if (version(cached) >= version(known)) {
            written.remove(cached.getMetadata().getUid());
            return cached;
        }
        return known;
    }

    /** Kubernetes' API conventions promise since 1.35 what has always been so: versions of one resource are ordered numbers. */
    private static long version(SourcegraphDowngrade resource) {
        try {
            return Long.parseUnsignedLong(resource.getMetadata().getResourceVersion());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
