package com.sourcegraph.downgrade.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Serves {@code /livez}, {@code /readyz} and {@code /metrics}.
 *
 * <p>Alive is who answers at all: a watch that is cut for a while is no reason to be killed in the middle of a run. Ready
 * is who has its caches.
 *
 * <p>Whoever reaches the port may connect and send half a request. The JDK's server hands such a client a thread, and by
 * default waits for it without end; so there are many threads beside, and the JDK's own limits are set ({@value
 * #REQUEST_LIMIT} and {@value #RESPONSE_LIMIT}, in seconds, and {@value #CONNECTION_LIMIT}; they hold for the whole JVM and are
 * read when its first server is made). Whoever opens that many connections again and again still keeps probes out: the chart's
 * networkPolicy is for that.
 */
public final class ManagementServer implements AutoCloseable {

    private static final String REQUEST_LIMIT = "sun.net.httpserver.maxReqTime";
    private static final String RESPONSE_LIMIT = "sun.net.httpserver.maxRspTime";

    private static final String CONNECTION_LIMIT = "jdk.httpserver.maxConnections";

    /**
     * A probe's request is one packet, and the kubelet gives up after five seconds. Not less: the time runs while a request
     * waits for a thread, or the process for its share of a busy node.
     */
    private static final String REQUEST_SECONDS = "5";

    /** Metrics are some kilobytes. */
    private static final String RESPONSE_SECONDS = "10";

    /**
     * Beyond it a connection is closed at once, a probe's too: so it is there for the memory alone. One that has said nothing
     * costs some kilobytes, no thread, and is closed within a quarter of a minute.
     */
    private static final String CONNECTIONS = "2000";

    /** Kubelet and Prometheus need one each; the others, made when needed, are for who sends half a request. */
    private static final int THREADS = 64;

    private static final int IDLE_SECONDS = 30;

    private final HttpServer server;
    private final ExecutorService threads = threads();

    /** @param port 0 chooses a free one */
    public ManagementServer(int port, BooleanSupplier ready, PrometheusMeterRegistry registry) {
        limit(REQUEST_LIMIT, REQUEST_SECONDS);
        limit(RESPONSE_LIMIT, RESPONSE_SECONDS);
        limit(CONNECTION_LIMIT, CONNECTIONS);
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("Port " + port + " for probes and metrics cannot be opened", e);
        }
        server.createContext("/livez", exchange -> answer(exchange, 200, "text/plain", "ok\n"));
        server.createContext("/readyz", exchange -> {
            boolean is = ready.getAsBoolean();
            answer(exchange, is ? 200 : 503, "text/plain", is ? "ok\n" : "not ready: the caches are not filled\n");
        });
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", registry.scrape()));
        server.setExecutor(threads);
    }

    public void start() {
        server.start();
    }

    /** The port that is served. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** What the command line says counts. */
    private static void limit(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static ExecutorService threads() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "management");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static void answer(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
