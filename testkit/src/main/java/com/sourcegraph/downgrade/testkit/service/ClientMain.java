package com.sourcegraph.downgrade.testkit.service;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A user of the instance in a container of its own: asks a URL over and over, each time by a new connection, and says when
 * the answer changes. A line is {@code <instant> <requests so far> <failed so far> <answer>}, where the answer is that of a
 * frontend, such as {@code frontend 5.0.6}, or {@code FAILED} and why. The last answer is repeated every second, so that the
 * counts are known, and that it still asks.
 */
public final class ClientMain {
    private static final int PAUSE_MILLIS = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Pattern ANSWER = Pattern.compile("frontend \\d+\\.\\d+\\.\\d+");

    private final Clock clock;
    private long requests;
    private long failed;
    private String last = "";
    private Instant said = Instant.EPOCH;

    private ClientMain(Clock clock) {
        this.clock = clock;
    }

    /** Runs until it is killed. @param arguments the URL */
    public static void main(String[] arguments) throws InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        ClientMain client = new ClientMain(Clock.systemUTC());
        PlainRequest request = new PlainRequest(URI.create(arguments[0]), TIMEOUT);
        Object pause = new Object();
        while (true) {
            client.note(answer(request));
            synchronized (pause) {
                pause.wait(PAUSE_MILLIS);
            }
        }
    }

    /** What somebody else than a frontend answers is none. */
    static String answer(PlainRequest request) {
        try {
            String body = request.ask().strip();
            return ANSWER.matcher(body).matches() ? body : "FAILED answered by something else: " + body;
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
            System.out.printf(Locale.ROOT, "%s %d %d %s%n", now, requests, failed, answer.replaceAll("\\s+", " "));
            last = answer;
            said = now;
        }
    }
}
