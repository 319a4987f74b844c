package com.sourcegraph.downgrade.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When tests have restarted the API server: one that has just started refuses with 403 what is granted, until it has read the roles.
 * Kept beside what else the tests saw, a line a restart: its begin, and when the server was healthy.
 */
final class ApiServerRestarts {
    /** From healthy until it has read all. */
    private static final Duration READ = Duration.ofSeconds(5);

    /** From healthy until whoever could not renew its lease has ended, or has renewed it. */
    private static final Duration RENEWED = Duration.ofSeconds(15);

    private static final Path FILE = GivenCluster.project().resolve("target/e2e/apiserver-restarts");

    private final List<String> lines;

    ApiServerRestarts() {
        try {
            lines = Files.exists(FILE) ? Files.readAllLines(FILE) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void note(Instant began, Instant healthy) {
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, began + " " + healthy + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean at(Instant moment) {
        return within(moment, READ);
    }

    /** Whether an operator that has lost its lease by it may have ended then. */
    boolean leaseLostAt(Instant moment) {
        return within(moment, RENEWED);
    }

    private boolean within(Instant moment, Duration after) {
        return lines.stream()
                .map(line -> line.split(" "))
                .anyMatch(restart -> !moment.isBefore(Instant.parse(restart[0]))
                        && moment.isBefore(Instant.parse(restart[1]).plus(after)));
    }
}
