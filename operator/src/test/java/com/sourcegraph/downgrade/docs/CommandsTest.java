package com.sourcegraph.downgrade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Commands that people are told to paste: their shell may look at another namespace, where pods have the same names. */
class CommandsTest {

    /** A volume belongs to no namespace. */
    private static final Pattern WITHOUT_NAMESPACE = Pattern.compile(
            "kubectl (delete|rollout|patch|edit|scale|annotate|logs|exec|describe|create|apply -f)\\b(?! persistentvolume )");

    private static final Pattern DEPLOYMENTS_BY_APP =
            Pattern.compile("kubectl\\b.*\\bdeploy(ments?)?\\b.*(-l|--selector)[ =]app=");

    @Test
    void everyCommandOfTheOperatorNamesItsNamespace() {
        Path sources = Pages.ROOT.resolve("operator/src/main/java");
        try (Stream<Path> files = Files.walk(sources)) {
            List<String> found = files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> lines(file)
                            .filter(line -> line.contains("\"") && !line.strip().startsWith("*"))
                            .filter(line -> WITHOUT_NAMESPACE.matcher(line).find())
                            .map(line -> sources.relativize(file) + ": " + line.strip()))
                    .toList();

            assertThat(found).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the published manifests only pods and services are labelled {@code app}: such a command would find nothing. */
    @Test
    void noneSelectsDeploymentsByALabelOfTheirPods() throws IOException {
        List<Path> texts = new ArrayList<>();
        for (String folder : List.of("operator/src/main", "docs", "examples", "helm", "deploy")) {
            try (Stream<Path> files = Files.walk(Pages.ROOT.resolve(folder))) {
                files.filter(Files::isRegularFile).forEach(texts::add);
            }
        }
        texts.add(Pages.ROOT.resolve("README.md"));

        assertThat(texts.stream().flatMap(CommandsTest::lines))
                .filteredOn(line -> DEPLOYMENTS_BY_APP.matcher(line).find())
                .isEmpty();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
