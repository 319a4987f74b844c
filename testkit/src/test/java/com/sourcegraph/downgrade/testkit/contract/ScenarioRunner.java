package com.sourcegraph.downgrade.testkit.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Plays a scenario against an API server and writes down what it answers, in a form that two runs have in common. */
final class ScenarioRunner {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RawClient client;
    private final boolean inMemory;

    /**
     * A runner.
     *
     * @param inMemory whether the server is the in-memory one, which lacks what the scenarios say it lacks
     */
    ScenarioRunner(RawClient client, boolean inMemory) {
        this.client = client;
        this.inMemory = inMemory;
    }

    /** The answers, a document a step. */
    ArrayNode play(Scenario scenario, String namespace) {
        Play play = new Play(namespace);
        try {
            ArrayNode answers = Nodes.array();
            for (ScenarioStep step : scenario.steps()) {
                answers.add(play.step(step));
            }
            return answers;
        } finally {
            play.close();
        }
    }

    private final class Play {
        private final Placeholders values;
        private final Map<String, EventStream> streams = new LinkedHashMap<>();
        private final Normalizer normalizer = new Normalizer();

        Play(String namespace) {
            values = Placeholders.of(namespace);
            normalizer.name(namespace, "ns");
        }

        ObjectNode step(ScenarioStep step) {
            if (step.reads()) {
                return read(step);
            }
            String path = filled(step.path());
            ObjectNode result = Nodes.object().put("request", step.method() + " " + step.path());
            Map<String, String> headers = new LinkedHashMap<>();
            step.headers().forEach((name, value) -> headers.put(name, filled(value)));
            if (step.opens()) {
                EventStream stream = client.open(step.method().equals("WEBSOCKET"), path, headers);
                streams.put(step.stream(), stream);
                return result.put("status", stream.code());
            }
            String body = step.body().map(this::filledBody).orElse(null);
            RawClient.Answer answer = answer(step, path, headers, body);
            result.put("status", answer.code());
            if (inMemory && step.missing().isPresent()) {
                return result.put("lacks", parsed(answer).path("message").asText());
            }
            if (!answer.contentType().equals("application/json")) {
                result.put("type", answer.contentType());
            }
            if (!answer.warnings().isEmpty()) {
                ArrayNode warnings = result.putArray("warnings");
                answer.warnings().forEach(warning -> warnings.add(normalizer.text(warning)));
            }
            JsonNode json = parsed(answer);
            step.save().forEach((name, pointer) -> {
                String value = json.at(pointer).asText();
                values.put(name, value);
                if (name.equals("generated")) {
                    normalizer.name(value, name);
                }
            });
            result.set("body", shown(step, normalizer.normalize(json)));
            return result;
        }

        private RawClient.Answer answer(ScenarioStep step, String path, Map<String, String> headers, String body) {
            if (step.until().isEmpty()) {
                return client.send(step.method(), path, step.type(), headers, body);
            }
            RawClient.Answer[] last = new RawClient.Answer[1];
            try {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> {
                            last[0] = client.send(step.method(), path, step.type(), headers, body);
                            return reached(step, last[0]);
                        });
            } catch (ConditionTimeoutException e) {
                // What it came to instead is told by the comparison.
                return last[0];
            }
            return last[0];
        }

        private boolean reached(ScenarioStep step, RawClient.Answer answer) {
            JsonNode json = parsed(answer);
            return step.until().entrySet().stream().allMatch(wanted -> {
                if (wanted.getKey().equals("code")) {
                    return wanted.getValue().asInt() == answer.code();
                }
                JsonNode found = json.at(wanted.getKey());
                return wanted.getValue().isNull()
                        ? found.isMissingNode()
                        : found.asText().equals(filled(wanted.getValue().asText()));
            });
        }

        private ObjectNode read(ScenarioStep step) {
            ObjectNode result = Nodes.object().put("read", step.stream());
            ArrayNode events = result.putArray("events");
            for (String line : streams.get(step.stream()).take(step.collect())) {
                JsonNode event = line.startsWith("{") ? json(line) : TextNode.valueOf(line);
                events.add(shown(step, normalizer.normalize(event)));
            }
            return result;
        }

        private String filled(String text) {
            return values.fill(text);
        }

        private String filledBody(JsonNode body) {
            return filled(body.isTextual() ? body.textValue() : body.toString());
        }

        void close() {
            streams.values().forEach(EventStream::close);
        }
    }

    private static JsonNode parsed(RawClient.Answer answer) {
        return answer.contentType().contains("json") ? json(answer.body()) : TextNode.valueOf(answer.body());
    }

    private static JsonNode json(String text) {
        try {
            return Nodes.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException((IOException) e);
        }
    }

    private static JsonNode shown(ScenarioStep step, JsonNode answer) {
        JsonNode result = answer;
        if (!step.only().isEmpty()) {
            ObjectNode parts = Nodes.object();
            for (String pointer : step.only()) {
                JsonNode part = answer.at(pointer);
                parts.set(pointer, part.isMissingNode() ? TextNode.valueOf("<absent>") : part);
            }
            result = parts;
        }
        for (String pointer : step.hide()) {
            int end = pointer.lastIndexOf('/');
            JsonNode parent = result.at(pointer.substring(0, end));
            if (parent instanceof ObjectNode object) {
                object.remove(pointer.substring(end + 1));
            }
        }
        return result;
    }
}
