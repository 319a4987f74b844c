package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a pod has changed, as the API server has noted it down. The pod is told by its token, so that what it does in the name of
 * another account is its own too.
 */
final class WritesOfPods {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> READING = Set.of("get", "list", "watch");

    /** A lease is what replicas agree by; the others are questions, which the SDK asks when it starts and the checks ask. */
    private static final Set<String> NOTHING = Set.of("leases", "selfsubjectrulesreviews", "selfsubjectaccessreviews");

    private static final int REFUSED = 400;

    private final TestCluster cluster;

    WritesOfPods(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** What that pod has changed in that time: every request but those that read, ask, try, were refused, or are for its lease. */
    List<String> of(Pod pod, Instant since, Instant until) {
        return attempts(pod, since, until)
                .filter(event -> event.at("/responseStatus/code").asInt() < REFUSED)
                .map(WritesOfPods::told)
                .toList();
    }

    /** The same with those that were refused. */
    List<String> attempted(Pod pod, Instant since, Instant until) {
        return attempts(pod, since, until).map(WritesOfPods::told).toList();
    }

    /**
     * What it has changed in that namespace beside a run's own resource, events, and the Job of the run's checks: before preflight
     * and approval, nothing.
     */
    List<String> besideItsChecks(Pod pod, String namespace, String run, Instant since, Instant until) {
        return attempts(pod, since, until)
                .filter(event -> event.at("/objectRef/namespace").asText().equals(namespace))
                .filter(event -> event.at("/responseStatus/code").asInt() < REFUSED)
                .filter(event -> !mayBeforeApproval(event.path("objectRef"), run))
                .map(WritesOfPods::told)
                .toList();
    }

    private static boolean mayBeforeApproval(JsonNode object, String run) {
        String name = object.path("name").asText();
        return switch (object.path("resource").asText()) {
            case "sourcegraphdowngrades" -> name.equals(run);
            case "events" -> true;
            case "jobs" -> name.matches(run + "-checks-\\d+");
            default -> false;
        };
    }

    private Stream<JsonNode> attempts(Pod pod, Instant since, Instant until) {
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
                .filter(event ->
                        !NOTHING.contains(event.at("/objectRef/resource").asText()))
                .filter(event -> !event.path("requestURI").asText().contains("dryRun=All"));
    }

    private static String told(JsonNode event) {
        return event.path("requestReceivedTimestamp").asText() + " "
                + event.path("verb").asText() + " "
                + event.path("requestURI").asText() + " "
                + event.at("/objectRef/name").asText() + " "
                + event.at("/responseStatus/code").asInt();
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
