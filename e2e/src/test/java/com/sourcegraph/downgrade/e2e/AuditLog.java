package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.testkit.rights.Right;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the API server noted down of the operator's requests: the rights that they took. */
final class AuditLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "sourcegraph-downgrade-operator";
    private static final String OPERATOR = ":" + NAME;
    private static final String ACCOUNT = "sourcegraph-downgrade";
    private static final int FORBIDDEN = 403;

    private final Set<Right> operator = new TreeSet<>();
    private final Set<Right> account = new TreeSet<>();
    private final Set<String> namespaces = new TreeSet<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final RightsTakenAway takenAway = new RightsTakenAway();
    private final ApiServerRestarts apiServerRestarts = new ApiServerRestarts();

    /**
     * What was refused with 403.
     *
     * @param operator the namespace of the operator that asked
     * @param namespace where; empty for all namespaces
     * @param impersonated in the name of an instance's account
     */
    private record Refusal(Instant at, Right right, String operator, String namespace, boolean impersonated) {
        @Override
        public String toString() {
            return right + " in namespace " + namespace
                    + (impersonated ? " as the instance's account" : " as the operator of " + operator);
        }
    }

    /** The log that {@code -De2e.audit} names; a cluster of somebody else may have none at hand. */
    static Optional<Path> file() {
        return Optional.ofNullable(System.getProperty("e2e.audit"))
                .filter(name -> !name.isBlank())
                .map(Path::of);
    }

    /** Reads what came since then, also from the files beside it that were full before. */
    static AuditLog read(Path file, Instant since) {
        AuditLog log = new AuditLog();
        String start = file.getFileName().toString().replaceFirst("\\.log$", "");
        try (Stream<Path> files = Files.list(file.getParent())) {
            for (Path part : files.filter(
                            other -> other.getFileName().toString().startsWith(start))
                    .toList()) {
                log.addAll(part, since);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return log;
    }

    private void addAll(Path file, Instant since) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            lines.filter(line -> line.contains(OPERATOR)
                            || line.contains("\"resource\":\"namespaces\"")
                            || line.contains("rbac.authorization.k8s.io"))
                    .forEach(line -> add(line, since));
        }
    }

    private void add(String line, Instant since) {
        try {
            JsonNode event = JSON.readTree(line);
            boolean itself = event.at("/user/username").asText().endsWith(OPERATOR);
            if (!itself && RightsTakenAway.tells(event)) {
                takenAway.add(event);
            }
            if (itself
                    && !event.path("objectRef").isMissingNode()
                    && !Instant.parse(event.path("requestReceivedTimestamp").asText())
                            .isBefore(since)) {
                add(event);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private void add(JsonNode event) {
        JsonNode object = event.get("objectRef");
        Right right = Right.of(
                event.path("verb").asText(),
                object.path("apiGroup").asText(),
                object.path("resource").asText(),
                object.path("subresource").asText());
        namespaces.add(object.path("namespace").asText());
        boolean impersonated = event.has("impersonatedUser");
        if (event.at("/responseStatus/code").asInt() == FORBIDDEN) {
            refusals.add(new Refusal(
                    Instant.parse(event.path("requestReceivedTimestamp").asText()),
                    right,
                    event.at("/user/username").asText().split(":")[2],
                    object.path("namespace").asText(),
                    impersonated));
            return;
        }
        if (impersonated) {
            operator.add(new Right("impersonate", "", "serviceaccounts"));
        }
        // Every user may ask what they may do.
        if (!right.group().equals("authorization.k8s.io")) {
            (impersonated ? account : operator).add(right);
        }
    }

    Set<Right> operator() {
        return operator;
    }

    Set<Right> account() {
        return account;
    }

    /** The namespaces that it worked in. */
    Set<String> namespaces() {
        return namespaces;
    }

    /**
     * What was refused of the operator's own requests, while its roles were there, the namespace was not being deleted, and the API
     * server had read them.
     */
    List<String> refusedToTheOperator() {
        return refusals.stream()
                .filter(refusal -> !refusal.impersonated())
                .filter(refusal -> !roleless(refusal))
                .map(refusal -> refusal + " at " + refusal.at())
                .toList();
    }

    /** What was refused to an instance's account, while it had its role, and the API server had read it. */
    List<String> refusedToTheAccount() {
        return refusals.stream()
                .filter(Refusal::impersonated)
                .filter(refusal -> !apiServerRestarts.at(refusal.at()))
                .filter(refusal -> !takenAway.role(refusal.namespace(), ACCOUNT, refusal.at()))
                .map(refusal -> refusal + " at " + refusal.at())
                .toList();
    }

    /** Every refusal, also for a right that a test had taken away on purpose. */
    List<String> refused() {
        return refusals.stream().map(Refusal::toString).toList();
    }

    private boolean roleless(Refusal refusal) {
        return apiServerRestarts.at(refusal.at())
                || takenAway.namespace(refusal.namespace(), refusal.at())
                || takenAway.namespace(refusal.operator(), refusal.at())
                || takenAway.role(refusal.namespace(), NAME, refusal.at())
                || takenAway.role(refusal.namespace(), NAME + "-leader", refusal.at())
                || takenAway.clusterRole(refusal.operator() + OPERATOR, refusal.at());
    }
}
