package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values as the CEL engine takes them: strings of date and duration formats become times, property names are escaped. */
final class CelValues {
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private CelValues() {}

    static Object of(JsonNode value, JsonNode schema) {
        if (value.isTextual()) {
            return text(value.textValue(), schema);
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isNumber()) {
            boolean real = "number".equals(Nodes.text(schema, "type")) || !value.isIntegralNumber();
            if (real) {
                return value.doubleValue();
            }
            return value.longValue();
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(item -> list.add(of(item, Nodes.at(schema, "items"))));
            return list;
        }
        if (value.isObject()) {
            JsonNode properties = Nodes.at(schema, "properties");
            JsonNode additional = Nodes.at(schema, "additionalProperties");
            Map<String, Object> map = new LinkedHashMap<>();
            value.properties().forEach(member -> {
                JsonNode below = Nodes.at(properties, member.getKey());
                String name = additional != null && properties == null ? member.getKey() : escaped(member.getKey());
                map.put(name, of(member.getValue(), below == null ? additional : below));
            });
            return map;
        }
        return com.google.protobuf.NullValue.NULL_VALUE;
    }

    private static Object text(String text, JsonNode schema) {
        try {
            return switch (String.valueOf(Nodes.text(schema, "format"))) {
                case "date-time" -> OffsetDateTime.parse(text).toInstant();
                case "date" ->
                    LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                case "duration" -> duration(text);
                default -> text;
            };
        } catch (DateTimeParseException e) {
            // The format check names it; a rule sees the text as it is.
            return text;
        }
    }

    /** Go's durations, without the units that ISO 8601 lacks. */
    private static Duration duration(String text) {
        Duration total = Duration.ZERO;
        java.util.regex.Matcher part = java.util.regex.Pattern.compile("([0-9.]+)(ns|us|µs|ms|s|m|h|d|w)")
                .matcher(text);
        while (part.find()) {
            double unit =
                    switch (part.group(2)) {
                        case "ns" -> 1;
                        case "us", "µs" -> 1e3;
                        case "ms" -> 1e6;
                        case "s" -> 1e9;
                        case "m" -> 60e9;
                        case "h" -> 3600e9;
                        case "d" -> 86400e9;
                        default -> 7 * 86400e9;
                    };
            total = total.plusNanos((long) (Double.parseDouble(part.group(1)) * unit));
        }
        return text.startsWith("-") ? total.negated() : total;
    }

    static String escaped(String name) {
        if (RESERVED.contains(name)) {
            return "__" + name + "__";
        }
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }
}
