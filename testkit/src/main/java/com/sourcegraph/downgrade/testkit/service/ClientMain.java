package com.sourcegraph.downgrade.testkit.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

/**
 * A user of the instance in a container of its own: asks a URL over and over, each time by a new connection, and says when
 * the answer changes. A line is {@code <instant> <requests so far> <failed so far> <answer>}, where the answer is the
 * body's first line, or {@code FAILED} and why. The last answer is repeated every second, so that the counts are known.
 */
public final class ClientMain {
    private static final int PAUSE_MILLIS = 50;
    private static final int TIMEOUT_MILLIS = 2000;

    private final Clock clock;
    private long requests;
    private long failed;
    private String last = "";
    private Instant said = Instant.EPOCH;

    private ClientMain(Clock clock) {
        this.clock = clock;
    }

    /** Runs until it is killed. @param arguments the URL */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        // Pods get no chance to close idle connections politely; a client that keeps none sees only what is refused.
        System.setProperty("http.keepAlive", "false");
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        ClientMain client = new ClientMain(Clock.systemUTC());
        URL url = URI.create(arguments[0]).toURL();
        Object pause = new Object();
        while (true) {
            client.note(ask(url));
            synchronized (pause) {
                pause.wait(PAUSE_MILLIS);
            }
        }
    }

    private static String ask(URL url) {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try (InputStream answer = connection.getInputStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
        } catch (IOException e) {
            return "FAILED " + e;
        }
    }

    private void note(String answer) {
        requests++;
        if (answer.startsWith("FAILED")) {
            failed++;
        }
        Instant now = clock.instant();
        if (!answer.equals(last) || now.isAfter(said.plusSeconds(1))) {
            System.out.printf(Locale.ROOT, "%s %d %d %s%n", now, requests, failed, answer);
            last = answer;
            said = now;
        }
    }
}
