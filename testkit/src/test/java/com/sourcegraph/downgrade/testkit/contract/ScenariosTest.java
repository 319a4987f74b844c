package com.sourcegraph.downgrade.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scenarios as such. */
class ScenariosTest {
    private final List<Scenario> scenarios = Scenario.all(Contract.folder().resolve("scenarios"));

    @Test
    void whatTheInMemoryApiLacksIsWrittenDown() throws IOException {
        String readme = Files.readString(Contract.folder().toAbsolutePath().resolveSibling("README.md"));
        Set<String> lacks = scenarios.stream()
                .flatMap(scenario -> scenario.steps().stream())
                .flatMap(step -> step.missing().stream())
                .collect(Collectors.toSet());

        assertThat(lacks).isNotEmpty().allSatisfy(feature -> assertThat(readme).contains("\n* " + feature));
    }

    @Test
    void everyGoldenFileBelongsToAScenario() throws IOException {
        GoldenAnswers golden = new GoldenAnswers(Contract.folder().resolve("golden"));
        Set<Path> expected = scenarios.stream().map(golden::file).collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> files = Files.walk(Contract.folder().resolve("golden"))) {
            assertThat(files.filter(Files::isRegularFile).toList()).containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThat(expected).as("two scenarios of one topic have one name").hasSameSizeAs(scenarios);
    }
}
