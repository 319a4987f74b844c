package com.sourcegraph.downgrade.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.plan.PreflightReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each check says in each case, word for word, as a person reads it in {@code status.checks}. The files beside this
 * class are read like a page of documentation; {@code -Dgolden.update=true} writes them anew, to be read before they are
 * committed.
 */
class PreflightGoldenTest {
    private static final Path FILES =
            Path.of("src", "test", "resources", "com", "sourcegraph", "downgrade", "preflight");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES));

    private final Preflight preflight = new Preflight();

    static Stream<String> checks() {
        return new PreflightCases().byCheck().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("checks")
    void everyCaseIsToldInTheWordsOfTheFile(String check) throws IOException {
        Map<String, Map<String, String>> told = new LinkedHashMap<>();
        new PreflightCases().byCheck().get(check).forEach((name, spoil) -> told.put(name, words(run(spoil), check)));
        String actual = YAML.writeValueAsString(told);
        Path file = FILES.resolve(check + ".yaml");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FILES);
            Files.writeString(file, actual);
        }

        assertThat(actual).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
    }

    @Test
    void everyCheckHasCasesAndEveryFileHasACheck() throws IOException {
        List<String> known =
                run(is -> {}).checks().stream().map(CheckStatus::name).toList();

        assertThat(checks()).containsExactlyInAnyOrderElementsOf(known);
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            known.stream().map(name -> name + ".yaml").toList());
        }
    }

    @Test
    void whateverIsWrongEveryCheckHasAnAnswerAndWhatFailsHasARemedy() {
        new PreflightCases()
                .byCheck()
                .forEach((check, cases) -> cases.forEach((name, spoil) -> {
                    PreflightReport report = run(spoil);
                    assertThat(report.checks())
                            .as("%s, %s", check, name)
                            .hasSize(14)
                            .allSatisfy(status -> {
                                assertThat(status.message()).isNotBlank();
                                if (status.result() == CheckResult.FAILED || status.result() == CheckResult.WARNING) {
                                    assertThat(status.remedy())
                                            .as("remedy of %s", status)
                                            .isNotBlank();
                                }
                            });
                    boolean failed = report.checks().stream().anyMatch(status -> status.result() == CheckResult.FAILED);
                    assertThat(report.passed().isPresent())
                            .as("a plan is signed if and only if nothing failed: %s, %s", check, name)
                            .isEqualTo(!failed);
                }));
    }

    private PreflightReport run(Consumer<Instance> spoil) {
        Instance instance = new Instance();
        spoil.accept(instance);
        return preflight.run(instance.input());
    }

    private static Map<String, String> words(PreflightReport report, String check) {
        CheckStatus status = report.checks().stream()
                .filter(candidate -> candidate.name().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no check " + check));
        Map<String, String> words = new LinkedHashMap<>();
        words.put("result", status.result().toString());
        words.put("message", status.message());
        if (status.remedy() != null) {
            words.put("remedy", status.remedy());
        }
        return words;
    }
}
