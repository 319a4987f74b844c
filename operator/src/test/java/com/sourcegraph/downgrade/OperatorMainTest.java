package com.sourcegraph.downgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator as the process that its image starts. */
class OperatorMainTest {

    @TempDir
    Path folder;

    /** Alive without a chance ever to lead, it would pass its liveness probe for good. */
    @Test
    void waitsForAnApiServerThatIsAwayAndEndsWhereItMayNotStart() throws Exception {
        Path log = folder.resolve("log");
        Process operator;
        InetSocketAddress address;
        // Bound and not listening: nobody else gets the port, and nobody answers.
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            address = (InetSocketAddress) silent.getLocalSocketAddress();
            operator = operator("http://127.0.0.1:" + address.getPort(), log);
            await("waits")
                    .until(() -> Files.readString(log).contains("The API server does not answer, or is not ready"));
        }
        HttpServer apiServer = HttpServer.create(address, 10);
        apiServer.createContext("/readyz", exchange -> answer(exchange, 200, "ok"));
        apiServer.createContext("/", exchange -> answer(exchange, 403, "{\"kind\":\"Status\",\"code\":403}"));
        apiServer.start();
        try {
            await("ends").until(() -> !operator.isAlive());
            assertThat(operator.exitValue()).isEqualTo(1);
            assertThat(Files.readString(log)).contains("The operator could not start");
        } finally {
            operator.destroyForcibly().waitFor();
            apiServer.stop(0);
        }
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));
    }

    private static void answer(HttpExchange exchange, int code, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
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
