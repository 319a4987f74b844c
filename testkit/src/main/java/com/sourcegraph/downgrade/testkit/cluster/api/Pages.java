package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Lists in pages: what is left of a list is kept as it was, so that later pages do not see later changes. */
final class Pages {
    /**
     * A page.
     *
     * @param token for the next page; empty for the last one
     * @param remaining how many objects are left, where that is told
     */
    record Page(List<ObjectNode> objects, long version, String token, Optional<Integer> remaining) {
        /** Writes what a list says of itself; a list of custom resources says so too where there is no more. */
        void describe(ObjectNode metadata, boolean always) {
            metadata.put("resourceVersion", Long.toString(version));
            if (always || !token.isEmpty()) {
                metadata.put("continue", token);
            }
            remaining.ifPresent(count -> metadata.put("remainingItemCount", count));
        }
    }

    private record Rest(List<ObjectNode> objects, long version) {}

    private final ObjectStore store;
    private final Map<String, Rest> rests = new ConcurrentHashMap<>();

    Pages(ObjectStore store) {
        this.store = store;
    }

    Page page(Map<String, String> query, Supplier<List<ObjectNode>> all) {
        String token = query.getOrDefault("continue", "");
        Rest rest;
        if (token.isEmpty()) {
            rest = new Rest(all.get(), store.resourceVersion());
        } else {
            rest = rests.get(token);
            if (rest == null) {
                throw StatusException.badRequest("invalid continue token: continue key is not valid");
            }
        }
        int limit = Integer.parseInt(query.getOrDefault("limit", "0"));
        if (limit <= 0 || rest.objects().size() <= limit) {
            return new Page(rest.objects(), rest.version(), "", Optional.empty());
        }
        List<ObjectNode> left = rest.objects().subList(limit, rest.objects().size());
        String next = UUID.randomUUID().toString().replace("-", "");
        rests.put(next, new Rest(left, rest.version()));
        boolean selected = !query.getOrDefault("labelSelector", "").isEmpty()
                || !query.getOrDefault("fieldSelector", "").isEmpty();
        return new Page(
                rest.objects().subList(0, limit),
                rest.version(),
                next,
                selected ? Optional.empty() : Optional.of(left.size()));
    }
}
