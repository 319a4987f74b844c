package com.sourcegraph.downgrade.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.plan.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A resource that is let go by hand loses our finalizer and no other: another's holds it for a reason of its own. */
class FinalizerAdviceTest {

    private static final Pattern FILTER = Pattern.compile("jq '([^']+)' \\| kubectl replace -f -");

    private final Run run = new Run("sourcegraph", "back-to-4-0", "uid", 1, "digest", Instant.EPOCH, true);

    @Test
    void noTextTellsAnybodyToRemoveAllOfThem() {
        assertThat(texts()).isNotEmpty().allSatisfy(path -> assertThat(Pages.read(path))
                .as("%s", path)
                .doesNotContainPattern("finalizers\"?: ?(null|\\[])"));
        assertThat(run.letGoCommand()).doesNotContain("null");
    }

    @Test
    void everyTextHasTheSameCommand() {
        assertThat(Pages.read(Pages.doc("stops.md")).split(Pattern.quote(run.letGoCommand()), -1))
                .as("docs/stops.md has the command of the resource itself, twice")
                .hasSize(3);
        assertThat(Pages.read(notes()))
                .contains(run.letGoCommand()
                        .replace("-n sourcegraph get sgdowngrade back-to-4-0", "get sgdowngrade NAME -n NAMESPACE"));
    }

    @Test
    void theCommandLeavesTheOthers() throws IOException, InterruptedException {
        Matcher filter = FILTER.matcher(run.letGoCommand());
        assertThat(filter.find()).isTrue();
        assumeTrue(onPath("jq"), "NOT RUN: there is no jq on this machine");

        JsonNode left = jq(filter.group(1), """
                {"metadata": {"finalizers": ["foregroundDeletion", "downgrade.sourcegraph.com/finalizer", "example.com/other"]}}""");

        assertThat(left).isEqualTo(new ObjectMapper().readTree("""
                {"metadata": {"finalizers": ["foregroundDeletion", "example.com/other"]}}"""));
    }

    private static List<Path> texts() {
        return Stream.concat(Pages.all().stream(), Stream.of(notes())).toList();
    }

    private static Path notes() {
        return Pages.ROOT.resolve("helm/sourcegraph-downgrade-operator/templates/NOTES.txt");
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                .anyMatch(folder -> Path.of(folder, program).toFile().canExecute());
    }

    private static JsonNode jq(String filter, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("jq", filter)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            JsonNode answer = new ObjectMapper().readTree(process.getInputStream());
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
            return answer;
        } finally {
            process.destroyForcibly();
        }
    }
}
