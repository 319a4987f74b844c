package com.sourcegraph.downgrade.migrator;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of one container of a migrator's pod.
 *
 * @param exitCode empty until it has ended
 * @param reason Kubernetes' word for its end, such as {@code Completed}, {@code Error} or {@code OOMKilled}
 * @param message its last words, redacted and bounded; empty if it left none
 */
public record ContainerOutcome(
        String name,
        OptionalInt exitCode,
        Optional<String> reason,
        Optional<String> message,
        Optional<Instant> started,
        Optional<Instant> finished) {
    public boolean succeeded() {
        return exitCode.isPresent() && exitCode.getAsInt() == 0;
    }

    public boolean running() {
        return started.isPresent() && exitCode.isEmpty();
    }

    public boolean outOfMemory() {
        return reason.filter("OOMKilled"::equals).isPresent();
    }
}
