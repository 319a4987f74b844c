package com.sourcegraph.downgrade.testkit.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever says that no request failed has to have seen each. */
class ClientMainTest {

    @Test
    void aWholeAnswerOfAFrontendCounts() throws IOException {
        try (Server server = new Server("HTTP/1.1 200 OK\r\nDate: x\r\nContent-length: 15\r\n\r\nfrontend 5.0.6\n")) {
            assertThat(server.answer()).isEqualTo("frontend 5.0.6");
        }
    }

    /** The JDK's own client would have asked the second time what was cut the first time, and said nothing of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nConte",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfrontend 5.0.6",
                "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nfrontend 5.0.6",
                "HTTP/1.1 200 OK\r\n\r\nfrontend 5.0.6",
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 14\r\n\r\nfrontend 5.0.6",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nworker 5.0.6"
            })
    void anythingElseIsAFailureAndAskedOnce(String answer) throws IOException {
        try (Server server = new Server(answer)) {
            assertThat(server.answer()).startsWith("FAILED ");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void whoeverAnswersTooLateOrNotAtAllHasFailed() throws IOException {
        try (Server server = new Server(null)) {
            assertThat(server.answer()).startsWith("FAILED java.net.SocketTimeoutException");
        }
        // Bound and not listening: a server that was closed may still take a connection that its thread waits for, and
        // another
        // may get its port.
        try (Socket silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(answer(silent.getLocalPort())).startsWith("FAILED java.net.ConnectException");
        }
    }

    private static String answer(int port) {
        URI url = URI.create("http://127.0.0.1:" + port + "/");
        return ClientMain.answer(new PlainRequest(url, Duration.ofMillis(500)));
    }

    /** Takes each connection, answers all the same, and closes it; with null it only takes them. */
    private static final class Server implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        /** Also keeps each from being collected, which would close it. */
        private final List<Socket> accepted = new CopyOnWriteArrayList<>();

        Server(String answer) throws IOException {
            Thread thread = new Thread(
                    () -> {
                        while (serve(answer)) {
                            continue;
                        }
                    },
                    "server");
            thread.setDaemon(true);
            thread.start();
        }

        private boolean serve(String answer) {
            try {
                Socket client = socket.accept();
                accepted.add(client);
                if (answer != null) {
                    client.getInputStream().read(new byte[8192]);
                    client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                    client.close();
                }
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        String answer() {
            return ClientMainTest.answer(socket.getLocalPort());
        }

        int connections() {
            return accepted.size();
        }

        @Override
        public void close() throws IOException {
            socket.close();
            for (Socket client : accepted) {
                client.close();
            }
        }
    }
}
