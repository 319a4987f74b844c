package com.sourcegraph.downgrade.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.crd.CustomResourceAdmission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example is accepted as it is, teaches no needless field, and is listed. */
class ExamplesTest {

    private static final Path FOLDER = ProjectRoot.resolve(Path.of("examples"));
    private static final CustomResourceAdmission ADMISSION =
            CustomResourceAdmission.ofYaml(read(ProjectRoot.resolve(GeneratedCrd.FILE)));

    static List<Path> resources() {
        return files().stream()
                .filter(file -> !file.endsWith("instance-rbac.yaml"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("resources")
    void isAccepted(Path example) {
        assertThat(ADMISSION.refusal(parse(example), null)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("resources")
    void repeatsNoDefault(Path example) {
        List<String> repeated = new ArrayList<>();
        repeated(
                "spec",
                ADMISSION.schema().at("/properties/spec"),
                parse(example).get("spec"),
                repeated);

        assertThat(repeated).as("fields set to what they are anyway").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("resources")
    void saysWhatItIsFor(Path example) {
        assertThat(read(example)).startsWith("# ");
        assertThat(parse(example).at("/metadata/namespace").asText()).isEqualTo("sourcegraph");
    }

    @Test
    void eachHasANameOfItsOwnSoThatAllCanBeTriedInOneNamespace() {
        assertThat(resources())
                .hasSizeGreaterThanOrEqualTo(11)
                .extracting(example -> parse(example).at("/metadata/name").asText())
                .doesNotHaveDuplicates();
    }

    @Test
    void theReadmeListsEveryFile() {
        String readme = read(FOLDER.resolve("README.md"));

        assertThat(files()).allSatisfy(file -> assertThat(readme).contains("](" + file.getFileName() + ")"));
    }

    private static void repeated(String path, JsonNode schema, JsonNode value, List<String> found) {
        schema.path("properties").properties().forEach(entry -> {
            JsonNode member = value.path(entry.getKey());
            JsonNode standard = entry.getValue().get("default");
            if (standard != null && standard.equals(member)) {
                found.add(path + "." + entry.getKey());
            }
            repeated(path + "." + entry.getKey(), entry.getValue(), member, found);
        });
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode parse(Path file) {
        try {
            return (ObjectNode) new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
