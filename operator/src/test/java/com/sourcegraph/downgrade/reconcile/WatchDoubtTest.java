package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WatchDoubtTest {
    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private Instant failure = Instant.EPOCH;
    private final WatchDoubt doubt = new WatchDoubt(() -> failure, new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    });

    @Test
    void withoutAFailureNothingIsDoubted() {
        assertThat(doubt.of(at("a", "10"))).isFalse();
    }

    @Test
    void sinceAFailureAResourceIsDoubtedUntilTheWatchHasBroughtSomethingNewOfIt() {
        failure = now;

        assertThat(doubt.of(at("a", "10"))).isTrue();
        assertThat(doubt.of(at("a", "10"))).as("still nothing").isTrue();
        assertThat(doubt.of(at("b", "7"))).as("another resource").isTrue();
        assertThat(doubt.of(at("a", "11"))).isFalse();
        assertThat(doubt.of(at("a", "11"))).isFalse();
        assertThat(doubt.of(at("b", "7"))).isTrue();
    }

    @Test
    void eachFailureIsDoubtedAnew() {
        failure = now;
        doubt.of(at("a", "10"));
        assertThat(doubt.of(at("a", "11"))).isFalse();

        now = now.plusSeconds(1);
        failure = now;

        assertThat(doubt.of(at("a", "11"))).isTrue();
    }

    @Test
    void theClientLooksAfterItsWatchesInTheEnd() {
        failure = now;
        assertThat(doubt.of(at("a", "10"))).isTrue();

        now = now.plus(Duration.ofMinutes(16));

        assertThat(doubt.of(at("a", "10"))).isFalse();
    }

    private static SourcegraphDowngrade at(String uid, String version) {
        SourcegraphDowngrade resource = new SourcegraphDowngrade();
        resource.getMetadata().setUid(uid);
        resource.getMetadata().setResourceVersion(version);
        return resource;
    }
}
