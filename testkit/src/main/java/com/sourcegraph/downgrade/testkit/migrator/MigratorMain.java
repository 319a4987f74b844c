package com.sourcegraph.downgrade.testkit.migrator;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The entry point in a container of its own; see {@link MigratorSettings#fromEnvironment} for its variables. */
public final class MigratorMain {
    private MigratorMain() {}

    /** Ends the JVM with the migrator's exit code. A signal ends it at once, in the middle of whatever it does. */
    public static void main(String[] arguments) {
        MigratorSettings settings = MigratorSettings.fromEnvironment(System.getenv());
        int exitCode = new MigratorStandIn(settings)
                .run(
                        List.of(arguments),
                        System.getenv(),
                        new PrintStream(System.out, true, StandardCharsets.UTF_8),
                        new PrintStream(System.err, true, StandardCharsets.UTF_8),
                        new MigratorProcess(new NativeMemory()::take));
        Runtime.getRuntime().halt(exitCode);
    }
}
