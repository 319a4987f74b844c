package com.sourcegraph.downgrade.testkit.cluster.crd;

import java.net.URI;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import java.util.regex.Pattern;

/** The string formats that the API server checks; an unknown format says nothing. */
final class StringFormats {
    private static final Pattern DURATION =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?(?:ns|us|µs|ms|s|m|h|d|w))+|0");

    private StringFormats() {}

    static boolean fits(String format, String text) {
        return switch (format) {
            case "date-time" -> parses(() -> OffsetDateTime.parse(text));
            case "date" -> parses(() -> LocalDate.parse(text));
            case "duration" -> DURATION.matcher(text).matches();
            case "uuid" -> parses(() -> UUID.fromString(text));
            case "uri" -> parses(() -> URI.create(text));
            case "byte" -> parses(() -> java.util.Base64.getDecoder().decode(text));
            default -> true;
        };
    }

    private static boolean parses(Runnable parse) {
        try {
            parse.run();
            return true;
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return false;
        }
    }
}
