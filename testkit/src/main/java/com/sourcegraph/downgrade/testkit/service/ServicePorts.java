package com.sourcegraph.downgrade.testkit.service;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * The ports of a service's container, as probes and clients see them. The debug port answers {@code /healthz} from the
 * start and {@code /ready} with 503 until the service is ready; the service's own ports are not open before that. All stay
 * open until the process ends, as those of a service do that lets its last requests finish.
 */
final class ServicePorts {
    private static final int DEBUG = 6060;

    private final Set<Integer> own;
    private final String greeting;
    private volatile boolean ready;

    ServicePorts(Set<Integer> own, String greeting) {
        this.own = own;
        this.greeting = greeting;
    }

    void openDebug() {
        serve(DEBUG);
    }

    void openOwn() {
        if (!ready) {
            ready = true;
            own.forEach(this::serve);
        }
    }

    private void serve(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
            server.createContext("/", exchange -> {
                boolean refused = !ready && exchange.getRequestURI().getPath().equals("/ready");
                byte[] answer = greeting.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(
                        refused ? HttpURLConnection.HTTP_UNAVAILABLE : HttpURLConnection.HTTP_OK, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            ThreadFactory daemons = work -> {
                Thread thread = new Thread(work, "port-" + port);
                thread.setDaemon(true);
                return thread;
            };
            // One client that reads slowly must not keep a probe waiting.
            server.setExecutor(Executors.newFixedThreadPool(4, daemons));
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve on port " + port, e);
        }
    }
}
