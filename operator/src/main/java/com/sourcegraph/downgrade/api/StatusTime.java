package com.sourcegraph.downgrade.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads a time that stands in a resource or a record as text. Whoever may write there may have made it illegible or taken it away,
 * and that must not break every turn of a run: what is no time is absent, and whoever asks decides what is safe without it.
 */
public final class StatusTime {

    private StatusTime() {}

    /** @param text may be null */
    public static Optional<Instant> read(String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
