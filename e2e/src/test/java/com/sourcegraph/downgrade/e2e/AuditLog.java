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
    private static final String OPERATOR = ":sourcegraph-downgrade-operator";
    private static final int FORBIDDEN = 403;

    private final Set<Right> operator = new TreeSet<>();
    private final Set<Right> account = new TreeSet<>();
    private final Set<String> namespaces = new TreeSet<>();
    private final List<String> forbidden = new ArrayList<>();

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
            lines.filter(line -> line.contains(OPERATOR)).forEach(line -> add(line, since));
        }
    }

    private void add(String line, Instant since) {
        try {
            JsonNode event = JSON.readTree(line);
            if (event.at("/user/username").asText().endsWith(OPERATOR)
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
            forbidden.add(right + " in namespace " + object.path("namespace").asText()
                    + (impersonated ? " as the instance's account" : " as the operator"));
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

    /** What was refused for want of a right; tests take rights away on purpose. */
    List<String> forbidden() {
        return forbidden;
    }
}
