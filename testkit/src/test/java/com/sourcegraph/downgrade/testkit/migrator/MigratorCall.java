package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls of one migrator against one instance. */
record MigratorCall(MigratorSettings settings, Map<String, String> environment) {
    /** What a call left behind. */
    record Result(int exitCode, String stdout, String stderr) {
        /** Without colours and cursor codes. */
        List<String> lines() {
            return stdout.replaceAll("\u001b\\[[?\\d;]*[a-zA-Z]", "").lines().toList();
        }
    }

    static MigratorCall of(String migrator, InstanceDatabases databases) {
        return new MigratorCall(
                MigratorSettings.of(Release.of(migrator)).tick(Duration.ofMillis(5)), databases.environment());
    }

    MigratorCall with(MigratorFaults faults) {
        return new MigratorCall(settings.faults(faults), environment);
    }

    MigratorCall with(MigratorSettings newSettings) {
        return new MigratorCall(newSettings, environment);
    }

    MigratorCall with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new MigratorCall(settings, more);
    }

    Result run(String... arguments) {
        return run(new MigratorProcess(), arguments);
    }

    Result run(MigratorProcess process, String... arguments) {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        int exitCode = new MigratorStandIn(settings)
                .run(
                        List.of(arguments),
                        environment,
                        new PrintStream(stdout, true, StandardCharsets.UTF_8),
                        new PrintStream(stderr, true, StandardCharsets.UTF_8),
                        process);
        return new Result(exitCode, stdout.toString(StandardCharsets.UTF_8), stderr.toString(StandardCharsets.UTF_8));
    }
}
