package com.sourcegraph.downgrade.testkit.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a real kube-apiserver answered to each scenario, a file each. */
final class GoldenAnswers {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private final Path folder;

    GoldenAnswers(Path folder) {
        this.folder = folder;
    }

    Path file(Scenario scenario) {
        return folder.resolve(scenario.topic())
                .resolve(scenario.name().toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + ".yaml");
    }

    /** The answers as text to compare; where the in-memory API lacks something, only that it is named is expected of it. */
    String expected(Scenario scenario, boolean inMemory) {
        ArrayNode answers = read(scenario);
        for (int i = 0; inMemory && i < scenario.steps().size(); i++) {
            ScenarioStep step = scenario.steps().get(i);
            if (step.missing().isPresent()) {
                answers.set(
                        i,
                        Nodes.object()
                                .put("request", step.method() + " " + step.path())
                                .put("status", 501)
                                .put(
                                        "lacks",
                                        "the in-memory cluster does not support "
                                                + step.missing().get()));
            }
        }
        return text(answers);
    }

    private ArrayNode read(Scenario scenario) {
        try {
            return (ArrayNode) YAML.readTree(Files.readString(file(scenario)));
        } catch (IOException e) {
            throw new UncheckedIOException("no golden answers for " + scenario, e);
        }
    }

    void write(Scenario scenario, ArrayNode answers) {
        try {
            Files.createDirectories(file(scenario).getParent());
            Files.writeString(file(scenario), text(answers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(ArrayNode answers) {
        try {
            StringBuilder text = new StringBuilder();
            for (JsonNode answer : answers) {
                text.append(YAML.writeValueAsString(Nodes.array().add((ObjectNode) answer)));
            }
            return text.toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
