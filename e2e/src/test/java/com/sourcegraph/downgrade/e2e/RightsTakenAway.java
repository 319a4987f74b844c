package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * When namespaces, roles and bindings were gone that somebody else than the operator has deleted: a test, or Helm for one. Told by
 * the API server's notes; what goes with its namespace it does not tell one by one, so that the namespace counts.
 */
final class RightsTakenAway {
    private static final Set<String> OF_A_NAMESPACE = Set.of("roles", "rolebindings");
    private static final Set<String> OF_THE_CLUSTER = Set.of("clusterroles", "clusterrolebindings");
    private static final Set<String> WRITING = Set.of("create", "update", "patch");

    /** So long may the API server's own watch take to see a role that is there again. */
    private static final Duration SEEN = Duration.ofSeconds(2);

    private final Map<Key, NavigableMap<Instant, Boolean>> gone = new HashMap<>();

    private record Key(String resource, String namespace, String name) {}

    static boolean tells(JsonNode event) {
        String resource = event.at("/objectRef/resource").asText();
        return (OF_A_NAMESPACE.contains(resource) || OF_THE_CLUSTER.contains(resource) || resource.equals("namespaces"))
                && event.at("/objectRef/subresource").asText().isEmpty()
                && event.at("/responseStatus/code").asInt() < 300
                && !event.path("requestURI").asText().contains("dryRun=All");
    }

    void add(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String resource = object.path("resource").asText();
        Key key = new Key(
                resource,
                // Of a namespace itself some versions note it, some do not.
                OF_A_NAMESPACE.contains(resource) ? object.path("namespace").asText() : "",
                object.path("name").asText());
        NavigableMap<Instant, Boolean> life = gone.computeIfAbsent(key, any -> new TreeMap<>());
        String verb = event.path("verb").asText();
        if (verb.equals("delete")) {
            life.put(Instant.parse(event.path("requestReceivedTimestamp").asText()), true);
        } else if (WRITING.contains(verb)) {
            life.put(Instant.parse(event.path("stageTimestamp").asText()).plus(SEEN), false);
        }
    }

    boolean namespace(String namespace, Instant at) {
        return gone(new Key("namespaces", "", namespace), at, Instant.MIN);
    }

    /** A role or binding of that name, in a namespace that has not gone since. */
    boolean role(String namespace, String name, Instant at) {
        Instant begin = begin(namespace, at);
        return OF_A_NAMESPACE.stream().anyMatch(resource -> gone(new Key(resource, namespace, name), at, begin));
    }

    boolean clusterRole(String name, Instant at) {
        return OF_THE_CLUSTER.stream().anyMatch(resource -> gone(new Key(resource, "", name), at, Instant.MIN));
    }

    /** Since when the namespace is there; what was deleted in one of this name before says nothing. */
    private Instant begin(String namespace, Instant at) {
        NavigableMap<Instant, Boolean> life = gone.getOrDefault(new Key("namespaces", "", namespace), new TreeMap<>());
        return life.headMap(at, true).entrySet().stream()
                .filter(entry -> entry.getValue())
                .map(Map.Entry::getKey)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }

    private boolean gone(Key key, Instant at, Instant since) {
        Map.Entry<Instant, Boolean> last =
                gone.getOrDefault(key, new TreeMap<>()).floorEntry(at);
        return last != null && last.getValue() && last.getKey().isAfter(since);
    }
}
