package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What a pod has changed, as the API server has noted it down. */
final class WritesOfPods {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READING = Set.of("get", "list", "watch");

    /** A lease is what replicas agree by; the other is a question, which the SDK asks when it starts. */
    private static final Set<String> NOTHING = Set.of("leases", "selfsubjectrulesreviews");

    private final TestCluster cluster;

    WritesOfPods(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** What that pod has changed in that time: every request but those that read, ask, try, were refused, or are for its lease. */
    List<String> of(Pod pod, Instant since, Instant until) {
        return cluster.auditLog()
                .filter(line -> line.contains(pod.getMetadata().getName()))
                .map(WritesOfPods::parse)
                .filter(event -> event.at("/user/extra")
                        .path("authentication.kubernetes.io/pod-uid")
                        .path(0)
                        .asText()
                        .equals(pod.getMetadata().getUid()))
                .filter(event ->
                        received(event).isAfter(since) && received(event).isBefore(until))
                .filter(event -> !READING.contains(event.path("verb").asText()))
                .filter(event -> event.at("/responseStatus/code").asInt() < 400)
                .filter(event ->
                        !NOTHING.contains(event.at("/objectRef/resource").asText()))
                .filter(event -> !event.path("requestURI").asText().contains("dryRun=All"))
                .map(event -> event.path("requestReceivedTimestamp").asText() + " "
                        + event.path("verb").asText() + " "
                        + event.path("requestURI").asText() + " "
                        + event.at("/responseStatus/code").asInt())
                .toList();
    }

    private static Instant received(JsonNode event) {
        return Instant.parse(event.path("requestReceivedTimestamp").asText());
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }
}
