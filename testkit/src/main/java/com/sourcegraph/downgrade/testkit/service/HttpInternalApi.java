package com.sourcegraph.downgrade.testkit.service;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The internal API between containers: the frontend serves it on port 3090, the others ask the Service that stands before
 * all frontends.
 */
final class HttpInternalApi implements InternalApi {
    private static final int PORT = 3090;
    private static final int TIMEOUT_MILLIS = 2000;
    private static final String PATH = "/.internal/configuration";

    private final URI service;
    private Optional<HttpServer> server = Optional.empty();

    /** @param service the root of the Service, such as {@code http://sourcegraph-frontend-internal} */
    HttpInternalApi(URI service) {
        this.service = service.resolve(PATH);
    }

    @Override
    public synchronized void opened(Map<String, String> environment) {
        byte[] answer = text(environment).getBytes(StandardCharsets.ISO_8859_1);
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(PORT), 0);
            started.createContext(PATH, exchange -> {
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            started.start();
            server = Optional.of(started);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve the internal API on port " + PORT, e);
        }
    }

    private static String text(Map<String, String> environment) {
        Properties databases = new Properties();
        environment.forEach((name, value) -> {
            if (name.matches("(CODEINTEL_|CODEINSIGHTS_)?PG.*")) {
                databases.setProperty(name, value);
            }
        });
        StringWriter text = new StringWriter();
        try {
            databases.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    @Override
    public synchronized void closed() {
        server.ifPresent(serving -> serving.stop(0));
        server = Optional.empty();
    }

    @Override
    public Optional<Map<String, String>> databases() {
        try {
            HttpURLConnection connection = (HttpURLConnection) service.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            Properties databases = new Properties();
            try (InputStream answer = connection.getInputStream()) {
                databases.load(answer);
            }
            Map<String, String> environment = new HashMap<>();
            databases.stringPropertyNames().forEach(name -> environment.put(name, databases.getProperty(name)));
            return Optional.of(environment);
        } catch (IOException e) {
            // No frontend, no name or no route to it: to a service that starts it is all the same.
            return Optional.empty();
        }
    }

    @Override
    public Duration betweenQuestions() {
        return Duration.ofMillis(250);
    }
}
