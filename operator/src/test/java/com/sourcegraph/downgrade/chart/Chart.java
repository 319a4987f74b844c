package com.sourcegraph.downgrade.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart's files. */
final class Chart {

    static final Path FOLDER = projectRoot().resolve(Path.of("helm", "sourcegraph-downgrade-operator"));

    private static final ObjectMapper YAML = new YAMLMapper();

    private Chart() {}

    static Path projectRoot() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("helm")) && Files.isDirectory(folder.resolve("crds"))) {
                return folder;
            }
        }
        throw new IllegalStateException("The project's root, the folder with helm/ and crds/, is not above "
                + Path.of("").toAbsolutePath());
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return each document of a file; empty ones left out */
    static List<JsonNode> documents(String yaml) {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return values.readAll().stream().filter(JsonNode::isObject).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode values() {
        return (ObjectNode) documents(read(FOLDER.resolve("values.yaml"))).get(0);
    }

    /** @return the errors of these values by the chart's schema, as Helm would refuse them */
    static List<String> errors(JsonNode values) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
        return registry.getSchema(read(FOLDER.resolve("values.schema.json"))).validate(values).stream()
                .map(Error::toString)
                .toList();
    }

    static List<Path> templates() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("templates"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
