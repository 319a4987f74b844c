package com.sourcegraph.downgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator as the process that its image starts. */
class OperatorMainTest {

    @TempDir
    Path folder;

    /** Alive without a chance ever to lead, it would pass its liveness probe for good. */
    @Test
    void whoCannotStartEndsToBeStartedAnew() throws IOException, InterruptedException {
        // Bound and not listening: nobody else gets the port, and nobody answers.
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Path log = folder.resolve("log");
            Process operator = operator("http://127.0.0.1:" + silent.getLocalPort(), log);
            try {
                assertThat(operator.waitFor(2, TimeUnit.MINUTES))
                        .as("ends:\n" + Files.readString(log))
                        .isTrue();
                assertThat(operator.exitValue()).isEqualTo(1);
                assertThat(Files.readString(log)).contains("The operator could not start");
            } finally {
                operator.destroyForcibly().waitFor();
            }
        }
    }

    private Process operator(String apiServer, Path log) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: away, cluster: {server: "%s"}}]
                users: [{name: nobody, user: {token: none}}]
                contexts: [{name: away, context: {cluster: away, user: nobody}}]
                current-context: away
                """.formatted(apiServer));
        ProcessBuilder process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                OperatorMain.class.getName());
        process.environment()
                .putAll(Map.of(
                        "KUBECONFIG", kubeconfig.toString(),
                        "LEADER_ELECTION", "true",
                        "POD_NAMESPACE", "operators",
                        "POD_NAME", "operator-0",
                        "HTTP_PORT", "0"));
        return process.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }
}
