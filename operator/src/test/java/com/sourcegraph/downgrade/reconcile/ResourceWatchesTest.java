package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ResourceWatchesTest {

    private final Map<String, Boolean> watched = new TreeMap<>();
    private final ResourceWatches watches = new ResourceWatches(() -> watched);

    @Test
    void nothingIsWatchedBeforeTheStart() {
        assertThat(watches.any()).isFalse();
        assertThat(watches.missing()).isZero();
    }

    @Test
    void oneIsEnough() {
        watched.put("a", false);
        watched.put("b", true);

        assertThat(watches.any()).isTrue();
        assertThat(watches.missing()).isEqualTo(1);
    }

    /** A kubelet asks every five seconds. */
    @Test
    void eachChangeIsToldOnce() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(ResourceWatches.class);
        appender.start();
        logger.addAppender(appender);
        String name = "watched-by-" + getClass().getSimpleName();
        try {
            watched.put(name, false);
            watches.any();
            watches.any();
            watched.put(name, true);
            watches.any();
            watches.any();
            watched.put(name, false);
            watches.any();
            watches.missing();
        } finally {
            logger.detachAppender(appender);
        }

        // Other tests that run beside this one log here too.
        assertThat(appender.list)
                .filteredOn(event -> event.getKeyValuePairs().stream().anyMatch(pair -> name.equals(pair.value)))
                .extracting(ILoggingEvent::getLevel)
                .filteredOn(level -> level == Level.WARN)
                .hasSize(2);
    }
}
