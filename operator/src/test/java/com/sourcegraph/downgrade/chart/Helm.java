package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The real Helm, where the environment names one. */
final class Helm {

    private static final String VARIABLE = "HELM";
    private static final String RELEASE = "op";
    private static final String NAMESPACE = "operations";

    private Helm() {}

    /** Skips what needs it, loudly. */
    static void required() {
        if (System.getenv(VARIABLE) == null) {
            String skipped =
                    "SKIPPED: the chart was not rendered; set " + VARIABLE + " to a helm binary to have it done";
            System.err.println(skipped);
            Assumptions.abort(skipped);
        }
    }

    /** What the chart becomes as release {@code op} in namespace {@code operations}. */
    static Rendered template(String... settings) throws IOException, InterruptedException {
        return templateAs(RELEASE, NAMESPACE, settings);
    }

    static Rendered templateAs(String release, String namespace, String... settings)
            throws IOException, InterruptedException {
        Result result = render(release, namespace, settings);
        assertThat(result.exit()).as(result.output()).isZero();
        return Rendered.of(result.output());
    }

    /** What it says of values that it refuses. */
    static String refusal(String... settings) throws IOException, InterruptedException {
        return refusalAs(RELEASE, NAMESPACE, settings);
    }

    static String refusalAs(String release, String namespace, String... settings)
            throws IOException, InterruptedException {
        Result result = render(release, namespace, settings);
        assertThat(result.exit()).as(result.output()).isNotZero();
        return result.output();
    }

    private static Result render(String release, String namespace, String... settings)
            throws IOException, InterruptedException {
        Stream<String> words =
                Stream.of("template", release, Chart.FOLDER.toString(), "-n", namespace, "--kube-version", "1.34.0");
        return run(Stream.concat(words, Arrays.stream(settings)).toArray(String[]::new));
    }

    static Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getenv(VARIABLE)));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(Path.of("").toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    record Result(int exit, String output) {}
}
