package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Judges a value by an OpenAPI v3 schema, in the API server's words. An update is judged leniently where nothing changed
 * (ratcheting): what is stored already is not refused.
 */
final class SchemaValidation {
    private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

    List<FieldError> validate(JsonNode value, JsonNode old, JsonNode schema) {
        List<FieldError> errors = new ArrayList<>();
        validate(value, old, schema, "", errors);
        return errors;
    }

    private void validate(JsonNode value, JsonNode old, JsonNode schema, String path, List<FieldError> errors) {
        if (schema == null || old != null && old.equals(value)) {
            return;
        }
        if (!typeFits(value, schema)) {
            String wanted =
                    Nodes.flag(schema, "x-kubernetes-int-or-string") ? "integer,string" : Nodes.text(schema, "type");
            String given = typeName(value);
            errors.add(FieldError.typeInvalid(
                    path, given, path + " in body must be of type " + wanted + ": \"" + given + "\""));
            enumeration(value, schema, path, errors);
            return;
        }
        if (value.isNull()) {
            return;
        }
        enumeration(value, schema, path, errors);
        if (value.isTextual()) {
            string(value, schema, path, errors);
        } else if (value.isNumber()) {
            number(value, schema, path, errors);
        } else if (value.isArray()) {
            array(value, old, schema, path, errors);
        } else if (value.isObject()) {
            object(value, old, schema, path, errors);
        }
        combinations(value, schema, path, errors);
    }

    private static boolean typeFits(JsonNode value, JsonNode schema) {
        if (Nodes.flag(schema, "x-kubernetes-int-or-string")) {
            return value.isIntegralNumber() || value.isTextual() || value.isNull() && Nodes.flag(schema, "nullable");
        }
        String type = Nodes.text(schema, "type");
        if (value.isNull()) {
            return Nodes.flag(schema, "nullable") || type == null;
        }
        return type == null
                || switch (type) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "string" -> value.isTextual();
                    case "integer" -> value.isIntegralNumber() || value.isNumber() && value.asDouble() % 1 == 0;
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    default -> true;
                };
    }

    private static String typeName(JsonNode value) {
        if (value.isNull()) {
            return "null";
        }
        if (value.isTextual()) {
            return "string";
        }
        if (value.isIntegralNumber()) {
            return "integer";
        }
        if (value.isNumber()) {
            return "number";
        }
        if (value.isBoolean()) {
            return "boolean";
        }
        return value.isArray() ? "array" : "object";
    }

    private static void enumeration(JsonNode value, JsonNode schema, String path, List<FieldError> errors) {
        JsonNode allowed = Nodes.at(schema, "enum");
        if (allowed == null) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (JsonNode one : allowed) {
            if (one.equals(value)) {
                return;
            }
            names.add(one.asText());
        }
        errors.add(FieldError.notSupported(path, value, names));
    }

    private void string(JsonNode value, JsonNode schema, String path, List<FieldError> errors) {
        String text = value.textValue();
        int length = text.codePointCount(0, text.length());
        JsonNode longest = Nodes.at(schema, "maxLength");
        if (longest != null && length > longest.asInt()) {
            errors.add(FieldError.tooLong(path, longest.asInt()));
        }
        JsonNode shortest = Nodes.at(schema, "minLength");
        if (shortest != null && length < shortest.asInt()) {
            errors.add(FieldError.invalid(
                    path, value, path + " in body should be at least " + shortest.asInt() + " chars long"));
        }
        String pattern = Nodes.text(schema, "pattern");
        if (pattern != null
                && !patterns.computeIfAbsent(pattern, Pattern::compile)
                        .matcher(text)
                        .find()) {
            errors.add(FieldError.invalid(path, value, path + " in body should match '" + pattern + "'"));
        }
        String format = Nodes.text(schema, "format");
        if (format != null && !StringFormats.fits(format, text)) {
            String printed = new String(Nodes.bytes(value), StandardCharsets.UTF_8);
            errors.add(new FieldError(
                    "FieldValueTypeInvalid",
                    path,
                    "Invalid value: " + printed + ": " + path + " in body must be of type " + format + ": " + printed));
        }
    }

    private static void number(JsonNode value, JsonNode schema, String path, List<FieldError> errors) {
        JsonNode least = Nodes.at(schema, "minimum");
        if (least != null) {
            boolean exclusive = Nodes.flag(schema, "exclusiveMinimum");
            int order = value.decimalValue().compareTo(least.decimalValue());
            if (order < 0 || exclusive && order == 0) {
                errors.add(FieldError.invalid(
                        path,
                        value,
                        path + " in body should be greater than " + (exclusive ? "" : "or equal to ") + plain(least)));
            }
        }
        JsonNode most = Nodes.at(schema, "maximum");
        if (most != null) {
            boolean exclusive = Nodes.flag(schema, "exclusiveMaximum");
            int order = value.decimalValue().compareTo(most.decimalValue());
            if (order > 0 || exclusive && order == 0) {
                errors.add(FieldError.invalid(
                        path,
                        value,
                        path + " in body should be less than " + (exclusive ? "" : "or equal to ") + plain(most)));
            }
        }
        JsonNode multiple = Nodes.at(schema, "multipleOf");
        if (multiple != null
                && value.decimalValue().remainder(multiple.decimalValue()).signum() != 0) {
            errors.add(FieldError.invalid(path, value, path + " in body should be a multiple of " + plain(multiple)));
        }
    }

    private static String plain(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().toPlainString();
    }

    private void array(JsonNode value, JsonNode old, JsonNode schema, String path, List<FieldError> errors) {
        JsonNode most = Nodes.at(schema, "maxItems");
        if (most != null && value.size() > most.asInt()) {
            errors.add(FieldError.tooMany(path, value.size(), most.asInt()));
        }
        JsonNode least = Nodes.at(schema, "minItems");
        if (least != null && value.size() < least.asInt()) {
            errors.add(FieldError.invalid(
                    path,
                    com.fasterxml.jackson.databind.node.IntNode.valueOf(value.size()),
                    path + " in body should have at least " + least.asInt() + " items"));
        }
        JsonNode items = Nodes.at(schema, "items");
        Map<String, JsonNode> before = Correlation.byKey(old, schema);
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (int i = 0; i < value.size(); i++) {
            String key = Correlation.key(value.get(i), schema);
            if (key != null && seen.putIfAbsent(key, i) != null) {
                errors.add(FieldError.duplicate(path + "[" + i + "]", Correlation.identity(value.get(i), schema)));
            }
            validate(value.get(i), key == null ? null : before.get(key), items, path + "[" + i + "]", errors);
        }
    }

    private void object(JsonNode value, JsonNode old, JsonNode schema, String path, List<FieldError> errors) {
        for (JsonNode required : Nodes.each(schema, "required")) {
            if (!value.has(required.asText())) {
                errors.add(FieldError.required(join(path, required.asText()), ""));
            }
        }
        JsonNode most = Nodes.at(schema, "maxProperties");
        if (most != null && value.size() > most.asInt()) {
            errors.add(FieldError.tooMany(path, value.size(), most.asInt()));
        }
        JsonNode least = Nodes.at(schema, "minProperties");
        if (least != null && value.size() < least.asInt()) {
            errors.add(FieldError.invalid(
                    path, value, path + " in body should have at least " + least.asInt() + " properties"));
        }
        JsonNode properties = Nodes.at(schema, "properties");
        JsonNode additional = Nodes.at(schema, "additionalProperties");
        value.properties().forEach(member -> {
            JsonNode below = Nodes.at(properties, member.getKey());
            if (below == null && additional != null && additional.isObject()) {
                below = additional;
            }
            JsonNode before = old == null ? null : old.get(member.getKey());
            validate(member.getValue(), before, below, join(path, member.getKey()), errors);
        });
    }

    private void combinations(JsonNode value, JsonNode schema, String path, List<FieldError> errors) {
        for (JsonNode all : Nodes.each(schema, "allOf")) {
            validate(value, null, all, path, errors);
        }
        JsonNode any = Nodes.at(schema, "anyOf");
        if (any != null && fitting(value, any, path) == 0) {
            errors.add(combination(path, "at least one", "anyOf", "", value));
            validate(value, null, any.get(0), path, errors);
        }
        JsonNode one = Nodes.at(schema, "oneOf");
        if (one != null) {
            int fitting = fitting(value, one, path);
            if (fitting != 1) {
                String found = fitting == 0 ? ". Found none valid" : ". Found " + fitting + " valid alternatives";
                errors.add(combination(path, "one and only one", "oneOf", found, value));
                if (fitting == 0) {
                    validate(value, null, one.get(0), path, errors);
                }
            }
        }
        JsonNode not = Nodes.at(schema, "not");
        if (not != null) {
            List<FieldError> inner = new ArrayList<>();
            validate(value, null, not, path, inner);
            if (inner.isEmpty()) {
                errors.add(FieldError.invalid(
                        path, TextNode.valueOf(""), "\"" + path + "\" must not validate the schema (not)"));
            }
        }
    }

    private static FieldError combination(String path, String how, String word, String found, JsonNode value) {
        return FieldError.invalid(
                null,
                TextNode.valueOf(value.isTextual() ? value.textValue() : ""),
                "\"" + path + "\" must validate " + how + " schema (" + word + ")" + found);
    }

    private int fitting(JsonNode value, JsonNode schemas, String path) {
        int count = 0;
        for (JsonNode schema : schemas) {
            List<FieldError> inner = new ArrayList<>();
            validate(value, null, schema, path, inner);
            count += inner.isEmpty() ? 1 : 0;
        }
        return count;
    }

    static String join(String path, String member) {
        return path.isEmpty() ? member : path + "." + member;
    }
}
