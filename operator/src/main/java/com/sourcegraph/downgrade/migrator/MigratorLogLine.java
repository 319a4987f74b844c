package com.sourcegraph.downgrade.migrator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
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
    static final int LONGEST = 64 * 1024;

    /** Of what is left of a structured line that was cut, its message is the least that is needed. */
    private static final String MESSAGE = "\"Body\":\"";

    /** What may end the text of a cut line, as it was cut within it. */
    private static final Pattern HALF_ESCAPE = Pattern.compile("\\\\u[0-9A-Fa-f]{0,3}$");

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
        if (!text.startsWith("{")) {
            return Optional.empty();
        }
        Optional<JsonNode> whole = text.endsWith("}") ? json(text) : Optional.empty();
        if (whole.isPresent() || !text.contains(MESSAGE)) {
            return whole;
        }
        // A fatal error that quotes a long statement is cut, and is fatal all the same.
        String closed = withoutHalfEscape(text) + "\"}";
        return json(closed).or(() -> json(closed + "}"));
    }

    private static Optional<JsonNode> json(String text) {
        try {
            return Optional.of(JSON.readTree(text)).filter(json -> json.has("Body") || json.has("SeverityText"));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static String withoutHalfEscape(String text) {
        Matcher half = HALF_ESCAPE.matcher(text.substring(Math.max(0, text.length() - 5)));
        String cut =
                half.find() ? text.substring(0, text.length() - half.group().length()) : text;
        int slashes = 0;
        while (cut.charAt(cut.length() - 1 - slashes) == '\\') {
            slashes++;
        }
        return slashes % 2 == 0 ? cut : cut.substring(0, cut.length() - 1);
    }
}
