package com.sourcegraph.downgrade.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario is answered as the golden files say, which a real kube-apiserver has written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Contract {
    private static final Path FOLDER =
            Files.isDirectory(Path.of("contract")) ? Path.of("contract") : Path.of("testkit", "contract");
    static final String DEFINITION = "definition.yaml";

    private final GoldenAnswers golden = new GoldenAnswers(FOLDER.resolve("golden"));

    static List<Scenario> scenarios() {
        String chosen = System.getProperty("contract", "");
        return Scenario.all(FOLDER.resolve("scenarios")).stream()
                .filter(scenario -> scenario.toString().contains(chosen))
                .toList();
    }

    static Path folder() {
        return FOLDER;
    }

    private ApiUnderTest api;

    /** Connects to the server under test, or skips all. */
    abstract ApiUnderTest connect();

    @BeforeAll
    void begin() {
        api = connect();
        api.prepare();
    }

    @AfterAll
    void end() {
        if (api != null) {
            api.close();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void isAnsweredAsByARealApiServer(Scenario scenario) {
        String namespace = "contract-" + UUID.randomUUID().toString().substring(0, 8);
        api.createNamespace(namespace);
        ArrayNode answers;
        try {
            answers = new ScenarioRunner(api.client(), api.inMemory()).play(scenario, namespace);
        } finally {
            api.clear(namespace);
        }
        if (!api.inMemory() && Boolean.getBoolean("golden.write")) {
            golden.write(scenario, answers);
        }
        GoldenAnswers given = new GoldenAnswers(FOLDER.resolveSibling("target").resolve("contract"));
        // To be laid beside the golden files: diff -r testkit/contract/golden testkit/target/contract
        given.write(scenario, answers);
        assertThat(GoldenAnswers.text(answers))
                .as("%s: golden %s, given %s", scenario, golden.file(scenario), given.file(scenario))
                .isEqualTo(golden.expected(scenario, api.inMemory()));
    }
}
