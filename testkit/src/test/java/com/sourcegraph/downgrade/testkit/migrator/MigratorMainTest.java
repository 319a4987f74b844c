package com.sourcegraph.downgrade.testkit.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The migrator as a process of its own, as in a container. */
class MigratorMainTest {
    @Test
    void runsFromItsEnvironment() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            Process process = start(
                    databases.withCodeInsightsDataSource().environment(),
                    Map.of("MIGRATOR_RELEASE", "5.2.7", "MIGRATOR_TICK_MILLIS", "10"),
                    "downgrade",
                    "--from=4.5",
                    "--to=4.4");
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output).contains("✱ Sourcegraph migrator 5.2.7").contains("👉 Migrating to v4.4 (step 1 of 1)");
            assertThat(databases.version()).isEqualTo("4.4.0");
        }
    }

    @Test
    void aSignalEndsItInTheMiddleOfAMigration() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            Process process = start(
                    databases.environment(),
                    Map.of("MIGRATOR_RELEASE", "5.2.7", "MIGRATOR_FAULTS", "hang-during-migration:1"),
                    "downgrade",
                    "--from=4.5",
                    "--to=4.4");
            try {
                await().atMost(Duration.ofSeconds(60)).until(() -> pending(databases) == 1);
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(143);
                assertThat(pending(databases)).isEqualTo(1);
                assertThat(databases.version()).isEqualTo("4.5.1");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static int pending(InstanceDatabases databases) {
        return List.of(SchemaName.values()).stream()
                .mapToInt(schema -> databases.migrations(schema).pending().size())
                .sum();
    }

    private static Process start(Map<String, String> databases, Map<String, String> settings, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                MigratorMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(databases);
        builder.environment().putAll(settings);
        return builder.start();
    }
}
