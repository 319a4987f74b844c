package com.sourcegraph.downgrade.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
    private static final int MANY = 400;

    private final AtomicBoolean ready = new AtomicBoolean();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ManagementServer server = new ManagementServer(0, ready::get, registry);
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void itIsAliveWhetherReadyOrNot() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        ready.set(true);
        assertThat(get("/livez").body()).isEqualTo("ok\n");
    }

    @Test
    void itIsReadyOnceItsCachesAreFilledAndNoLongerWhenTheyAreNot() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("the caches are not filled");
        ready.set(true);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        ready.set(false);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
    }

    @Test
    void metricsAreInPrometheusTextFormat() throws Exception {
        registry.counter("sourcegraph.downgrade.results", "outcome", "Complete").increment();

        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).contains("sourcegraph_downgrade_results_total{outcome=\"Complete\"} 1.0");
    }

    @Test
    void whatItDoesNotServeIsNotFound() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    /** Whoever reaches the port could otherwise have the operator killed by its own liveness probe. */
    @Test
    void clientsThatSayNothingOrHalfARequestDoNotHoldProbesUp() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (String said : List.of("", "GET /livez HT", "GET /livez HTTP/1.1\r\nHost: a\r\n")) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                silent.add(socket);
                socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            assertThat(get("/livez").statusCode()).isEqualTo(200);
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** A kubelet gives a probe five seconds; each of these would hold a thread as long. */
    @Test
    void manyClientsThatSayNothingOrHalfARequestDoNotHoldProbesUp() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int client = 0; client < MANY; client++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                silent.add(socket);
                if (client % 8 == 0) {
                    socket.getOutputStream().write('G');
                    socket.getOutputStream().flush();
                }
            }
            assertThat(get("/livez", Duration.ofSeconds(4)).statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** The JDK reads them once and waits without end where they are not set. */
    @Test
    void theServersOwnLimitsAreSet() {
        assertThat(Integer.getInteger("sun.net.httpserver.maxReqTime")).isBetween(1, 30);
        assertThat(Integer.getInteger("sun.net.httpserver.maxRspTime")).isBetween(1, 30);
        assertThat(Integer.getInteger("jdk.httpserver.maxConnections")).isBetween(MANY, 5_000);
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        assertThatThrownBy(() -> new ManagementServer(server.port(), ready::get, registry))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Port " + server.port() + " for probes and metrics cannot be opened");
    }

    @Test
    void closedItAnswersNoMore() throws Exception {
        int port = server.port();
        server.close();

        assertThatThrownBy(() -> get(port, "/livez", Duration.ofSeconds(10))).isInstanceOf(java.io.IOException.class);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return get(path, Duration.ofSeconds(10));
    }

    private HttpResponse<String> get(String path, Duration atMost) throws Exception {
        return get(server.port(), path, atMost);
    }

    private HttpResponse<String> get(int port, String path, Duration atMost) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(atMost)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
