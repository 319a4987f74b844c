package com.sourcegraph.downgrade.demonstration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The main job of the README, as ./demo does it where there is no terminal. */
class DemonstrationTest {

    private static final Path PROJECT = Path.of("..");

    @Test
    void aWholeDowngradeRunsToItsEndAndIsShown() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        Screen screen = Screen.of(new PrintStream(shown, true, StandardCharsets.UTF_8), false);
        try (DemonstrationCluster cluster = DemonstrationCluster.start()) {
            cluster.startOperator();
            String name =
                    cluster.apply(Files.readString(PROJECT.resolve("examples").resolve("smallest.yaml")));

            boolean complete = new RunDisplay(screen).follow(cluster, name);
            new Outcome(cluster, name).print(screen);

            String text = shown.toString(StandardCharsets.UTF_8);
            assertThat(complete).as(text).isTrue();
            assertThat(text)
                    .contains("✔ Preflight", "✔ Migrate", "✔ Verify")
                    .containsPattern("back-to-4-0 +4\\.5\\.1 +v4\\.0\\.1 +Complete")
                    .containsPattern("Complete +True")
                    .contains("Next action: Nothing to do");
        }
    }
}
