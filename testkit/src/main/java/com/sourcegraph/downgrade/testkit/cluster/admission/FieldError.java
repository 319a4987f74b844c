package com.sourcegraph.downgrade.testkit.cluster.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * One thing that is wrong with an object, as a {@code Status} lists it.
 *
 * @param reason {@code FieldValueInvalid}, {@code FieldValueRequired}, …
 * @param field the path, such as {@code spec.template.spec.containers[0].name}; null for the object as a whole
 * @param message the text after the path: {@code Invalid value: "x": why}
 */
public record FieldError(String reason, String field, String message) {
    public static FieldError invalid(String field, JsonNode value, String why) {
        return new FieldError("FieldValueInvalid", field, "Invalid value: " + printed(value) + ": " + why);
    }

    /** Where the server prints a type or another word in place of the value. */
    public static FieldError invalidWord(String field, String word, String why) {
        return new FieldError("FieldValueInvalid", field, "Invalid value: \"" + word + "\": " + why);
    }

    public static FieldError typeInvalid(String field, String word, String why) {
        return new FieldError("FieldValueTypeInvalid", field, "Invalid value: \"" + word + "\": " + why);
    }

    public static FieldError required(String field, String why) {
        return new FieldError("FieldValueRequired", field, why.isEmpty() ? "Required value" : "Required value: " + why);
    }

    public static FieldError forbidden(String field, String why) {
        return new FieldError("FieldValueForbidden", field, "Forbidden: " + why);
    }

    public static FieldError notSupported(String field, JsonNode value, Collection<String> supported) {
        List<String> quoted = supported.stream().map(s -> "\"" + s + "\"").toList();
        return new FieldError(
                "FieldValueNotSupported",
                field,
                "Unsupported value: " + printed(value) + ": supported values: " + String.join(", ", quoted));
    }

    public static FieldError tooLong(String field, int most) {
        return new FieldError("FieldValueTooLong", field, "Too long: may not be more than " + most + " bytes");
    }

    public static FieldError tooMany(String field, int actual, int most) {
        return new FieldError(
                "FieldValueTooMany", field, "Too many: " + actual + ": must have at most " + most + " items");
    }

    public static FieldError duplicate(String field, JsonNode value) {
        return new FieldError("FieldValueDuplicate", field, "Duplicate value: " + printed(value));
    }

    /** The path and the message, as they stand in the text of a status. */
    public String text() {
        return (field == null ? "<nil>" : field) + ": " + message;
    }

    /** All of them in one text, as the server joins them. */
    public static String text(List<FieldError> errors) {
        List<String> texts = errors.stream().map(FieldError::text).distinct().toList();
        return texts.size() == 1 ? texts.get(0) : "[" + String.join(", ", texts) + "]";
    }

    private static String printed(JsonNode value) {
        return value == null ? "null" : new String(Nodes.bytes(value), StandardCharsets.UTF_8);
    }
}
