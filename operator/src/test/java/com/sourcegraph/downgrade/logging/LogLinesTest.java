package com.sourcegraph.downgrade.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

/** What the operator's own configuration makes of an event: one line, whatever an object's text holds. */
class LogLinesTest {
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void configure() throws JoranException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\n", "\r\n", "\r", "\u001b[2J\u001b[31m", "\u0085", "\u2028", "\u0000", "\u009b31m", "\t\n  "})
    void aTextFromAnObjectMakesNoLineOfItsOwn(String between) {
        String forged = "before" + between + "2026-01-01T00:00:00Z INFO forged";

        String line = line(forged, new IllegalStateException("thrown " + forged), new KeyValuePair("key", forged));

        assertThat(line).endsWith("\n");
        String body = line.substring(0, line.length() - 1);
        assertThat(body).doesNotContainPattern("[\\p{Cntrl}\\x{80}-\\x{9f}\\x{2028}\\x{2029}]");
        assertThat(body)
                .contains(
                        " before | ",
                        "key=\"before | ",
                        "thrown before | ",
                        " | at " + getClass().getName());
    }

    @Test
    void anOrdinaryEventStaysReadable() {
        assertThat(line("The run has begun", null, new KeyValuePair("namespace", "sourcegraph")))
                .isEqualTo("2026-01-02T03:04:05.000Z INFO  RunCycle The run has begun namespace=\"sourcegraph\" \n");
    }

    private String line(String message, Throwable thrown, KeyValuePair pair) {
        LoggingEvent event = new LoggingEvent(
                "caller",
                context.getLogger("com.sourcegraph.downgrade.reconcile.RunCycle"),
                Level.INFO,
                message,
                thrown,
                null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05Z"));
        event.setKeyValuePairs(List.of(pair));
        ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
        return new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
    }
}
