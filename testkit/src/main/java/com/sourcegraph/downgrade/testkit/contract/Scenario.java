package com.sourcegraph.downgrade.testkit.contract;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A few requests after one another, in a namespace of their own.
 *
 * @param topic the file that it is in
 * @param name what it shows
 * @param steps the requests, and the streams that are read in between
 */
public record Scenario(String topic, String name, List<ScenarioStep> steps) {
    private static final ObjectMapper YAML =
            new YAMLMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    /** All scenarios of that folder, a file a topic, a document a scenario. */
    public static List<Scenario> all(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .flatMap(file -> read(file).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Scenario> read(Path file) {
        String topic = file.getFileName().toString().replace(".yaml", "");
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            return documents.readAll().stream()
                    .map(document -> new Scenario(
                            topic,
                            document.get("name").asText(),
                            document.get("steps")
                                    .valueStream()
                                    .map(ScenarioStep::of)
                                    .toList()))
                    .toList();
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return topic + "/" + name;
    }
}
