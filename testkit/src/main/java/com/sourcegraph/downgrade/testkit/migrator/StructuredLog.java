package com.sourcegraph.downgrade.testkit.migrator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The JSON lines of {@code sourcegraph/log}, on stderr. {@code SRC_LOG_LEVEL} decides which, WARN is the default. */
final class StructuredLog {
    /** Severities with the names that the lines carry. */
    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR,
        FATAL
    }

    private final PrintStream stream;
    private final Level threshold;
    private final Release release;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper();

    StructuredLog(PrintStream stream, Map<String, String> environment, Release release, Clock clock) {
        this.stream = stream;
        this.threshold = threshold(environment.getOrDefault("SRC_LOG_LEVEL", ""));
        this.release = release;
        this.clock = clock;
    }

    private static Level threshold(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "debug", "dbug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "error", "eror" -> Level.ERROR;
            default -> Level.WARN;
        };
    }

    /** Whether the level asks for more than the default; that also ends the animation. */
    boolean verbose() {
        return threshold.compareTo(Level.INFO) <= 0;
    }

    boolean debugging() {
        return threshold == Level.DEBUG;
    }

    void info(String body, Map<String, ?> attributes) {
        write(Level.INFO, body, attributes);
    }

    void warn(String body, Map<String, ?> attributes) {
        write(Level.WARN, body, attributes);
    }

    void fatal(String body) {
        write(Level.FATAL, body, Map.of());
    }

    private void write(Level level, String body, Map<String, ?> attributes) {
        if (level.compareTo(threshold) < 0) {
            return;
        }
        Instant now = clock.instant();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("SeverityText", level.name());
        line.put("Timestamp", now.getEpochSecond() * 1_000_000_000L + now.getNano());
        line.put("InstrumentationScope", "migrator");
        line.put("Caller", "migrator/main.go");
        line.put("Function", "main.main");
        line.put("Body", body);
        line.put("Resource", Map.of("service.name", "migrator", "service.version", release.toString()));
        line.put("Attributes", attributes);
        try {
            stream.print(json.writeValueAsString(line) + "\n");
            stream.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a log line", e);
        }
    }
}
