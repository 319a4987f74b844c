package com.sourcegraph.downgrade.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * What a test saw, kept in {@code target/e2e} before it is deleted: who looks for the cause of a failure has nothing else. A
 * file a namespace and time; what cannot be had is told there and disturbs no test.
 */
final class Evidence {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HHmmss").withZone(ZoneOffset.UTC);

    private final GivenCluster cluster;
    private final Path folder = GivenCluster.project().resolve("target/e2e");

    Evidence(GivenCluster cluster) {
        this.cluster = cluster;
    }

    /** Resources with their status, pods, Jobs and events. */
    void ofInstance(String namespace) {
        write(
                namespace,
                "yaml",
                cluster.tryKubectl(
                        "get", "sourcegraphdowngrades,jobs,pods,events", "--namespace=" + namespace, "--output=yaml"));
    }

    void ofOperator(String namespace) {
        write(namespace, "log", operatorLog(namespace));
    }

    /** The operator's log, also of containers that ended before. */
    String operatorLog(String namespace) {
        String label = "--selector=app.kubernetes.io/name=sourcegraph-downgrade-operator";
        String[] now = {"logs", label, "--namespace=" + namespace, "--prefix", "--tail=-1"};
        return cluster.tryKubectl(now) + "\n== of containers that ended before\n"
                + cluster.tryKubectl(now[0], label, now[2], now[3], now[4], "--previous");
    }

    private void write(String namespace, String ending, String text) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(namespace + "-" + TIME.format(Instant.now()) + "." + ending), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
