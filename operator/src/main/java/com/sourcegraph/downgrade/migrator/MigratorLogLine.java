package com.sourcegraph.downgrade.migrator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * One line of a migrator's log: either a line for people, or a structured one.
 *
 * <p>Images of 4.x force colours and cursor movements; they are taken out. A progress bar redraws itself after a
 * carriage return; what was drawn last counts.
 *
 * @param text without escape sequences, never null
 * @param structured the JSON object, if the line is one
 */
record MigratorLogLine(String text, Optional<JsonNode> structured) {
    /** CSI and OSC sequences, and two-character escapes. */
    private static final Pattern ESCAPES =
            Pattern.compile("\\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001B]*(?:\\u0007|\\u001B\\\\)|[@-Z\\\\^_])");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}&&[^\\t]]");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Longer ones are cut: no line that means anything comes near. */
    private static final int LONGEST = 256 * 1024;

    static MigratorLogLine of(String raw) {
        String bounded = raw.length() <= LONGEST ? raw : raw.substring(0, LONGEST);
        String plain = ESCAPES.matcher(bounded).replaceAll("").stripTrailing();
        plain = plain.substring(plain.lastIndexOf('\r') + 1);
        plain = CONTROLS.matcher(plain).replaceAll("").strip();
        return new MigratorLogLine(plain, parsed(plain));
    }

    /** {@code INFO}, {@code WARN}, {@code ERROR} or {@code FATAL}; empty for a line for people. */
    String severity() {
        return structured.map(json -> json.path("SeverityText").asText("")).orElse("");
    }

    /** The message of a structured line. */
    String body() {
        return structured.map(json -> json.path("Body").asText("")).orElse("");
    }

    /** Fields are under {@code Attributes}; development formats put them beside the message. */
    String attribute(String name) {
        return structured
                .map(json -> json.path("Attributes").has(name)
                        ? json.path("Attributes").get(name)
                        : json.path(name))
                .map(value -> value.isValueNode() ? value.asText("") : value.toString())
                .orElse("");
    }

    OptionalInt number(String name) {
        try {
            return OptionalInt.of(Integer.parseInt(attribute(name)));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private static Optional<JsonNode> parsed(String text) {
        if (!text.startsWith("{") || !text.endsWith("}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(text)).filter(json -> json.has("Body") || json.has("SeverityText"));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
