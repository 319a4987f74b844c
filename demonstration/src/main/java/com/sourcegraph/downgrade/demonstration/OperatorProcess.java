package com.sourcegraph.downgrade.demonstration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operator as a process of its own, with the options of its image, against a cluster's kubeconfig. */
final class OperatorProcess implements AutoCloseable {

    private static final String MAIN = "com.sourcegraph.downgrade.OperatorMain";

    private final Process process;
    private final long startedAt;

    private OperatorProcess(Process process, long startedAt) {
        this.process = process;
        this.startedAt = startedAt;
    }

    /**
     * Starts it.
     *
     * @param archive the class-data archive: used if it is there, made when the process ends if it is not
     */
    static OperatorProcess start(Path kubeconfig, Path archive, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Files.readAllLines(Path.of("images", "operator", "java.options")).stream()
                .map(String::trim)
                .filter(line -> line.startsWith("-X"))
                .filter(line -> !line.contains("SharedArchiveFile"))
                .forEach(command::add);
        command.add((Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive);
        command.addAll(List.of(
                "-cp",
                Files.readString(Path.of("demonstration", "target", "operator-class-path"))
                        .trim()));
        command.add(MAIN);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HTTP_PORT", "0");
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        long now = System.nanoTime();
        return new OperatorProcess(builder.start(), now);
    }

    /** Since the process was started. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** Resident memory now, in MiB, as the kernel counts it. */
    long residentMiB() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .map(line -> line.replaceAll("[^0-9]", ""))
                        .mapToLong(Long::parseLong)
                        .findFirst()
                        .orElse(0)
                / 1024;
    }

    /** Processor time so far. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
