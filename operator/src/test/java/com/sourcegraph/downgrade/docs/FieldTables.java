package com.sourcegraph.downgrade.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the tables of {@code docs/reference.md} from the definition: one for each object, keyed by its path. */
final class FieldTables {

    private final JsonNode version;

    /** @param definition the CustomResourceDefinition */
    FieldTables(JsonNode definition) {
        version = definition.at("/spec/versions/0");
    }

    /** Path of the object, such as {@code spec.migrator} or {@code status.steps[]}, to its table. */
    Map<String, String> all() {
        Map<String, String> tables = new LinkedHashMap<>();
        JsonNode root = version.at("/schema/openAPIV3Schema/properties");
        collect("spec", root.get("spec"), tables);
        collect("status", root.get("status"), tables);
        tables.put("columns", columns());
        return tables;
    }

    /** Every field with a default, as its path below {@code spec}. */
    List<String> defaulted() {
        List<String> paths = new ArrayList<>();
        defaulted("", version.at("/schema/openAPIV3Schema/properties/spec"), paths);
        return paths;
    }

    private static void defaulted(String prefix, JsonNode schema, List<String> paths) {
        schema.path("properties").properties().forEach(entry -> {
            String path = prefix + entry.getKey();
            if (entry.getValue().has("default")) {
                paths.add(path);
            }
            defaulted(path + ".", entry.getValue(), paths);
        });
    }

    private void collect(String path, JsonNode schema, Map<String, String> tables) {
        Map<String, JsonNode> fields = new TreeMap<>();
        schema.get("properties").properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
        tables.put(path, table(path, schema, fields));
        fields.forEach((name, field) -> {
            if (field.has("properties")) {
                collect(path + "." + name, field, tables);
            } else if (field.path("items").has("properties")) {
                collect(path + "." + name + "[]", field.get("items"), tables);
            }
        });
    }

    private String table(String path, JsonNode schema, Map<String, JsonNode> fields) {
        boolean spec = path.startsWith("spec");
        StringBuilder table = new StringBuilder();
        table.append(
                spec
                        ? "| field | type | default | later changes | what |\n|---|---|---|---|---|\n"
                        : "| field | type | what |\n|---|---|---|\n");
        fields.forEach((name, field) -> {
            table.append("| `").append(name).append("` | ").append(type(field));
            if (spec) {
                table.append(" | ")
                        .append(byDefault(schema, name, field))
                        .append(" | ")
                        .append(changes(path, name));
            }
            table.append(" | ").append(description(field, spec)).append(" |\n");
        });
        return table.toString();
    }

    private static String type(JsonNode field) {
        if (field.has("enum")) {
            List<String> values = new ArrayList<>();
            field.get("enum").forEach(value -> values.add("`" + value.asText() + "`"));
            return String.join(", ", values);
        }
        String type = field.path("type").asText();
        if (type.equals("array")) {
            String of = field.path("items").has("properties")
                    ? "objects"
                    : field.path("items").path("type").asText() + "s";
            return "list of " + of + (field.has("maxItems") ? ", at most " + field.get("maxItems") : "");
        }
        if (field.path("format").asText().equals("date-time")) {
            return "time (RFC 3339)";
        }
        if (field.has("maximum")) {
            return type + ", " + field.path("minimum").asLong() + " to "
                    + field.get("maximum").asLong();
        }
        return type;
    }

    private static String byDefault(JsonNode schema, String name, JsonNode field) {
        for (JsonNode required : schema.path("required")) {
            if (required.asText().equals(name)) {
                return "required";
            }
        }
        return field.has("default") ? "`" + field.get("default").asText() + "`" : "";
    }

    /** What the rules of the definition that compare with the old value say of a field, or of the object it is in. */
    private String changes(String path, String name) {
        String below = path.equals("spec") ? "." + name : path.substring("spec".length()) + "." + name;
        String object = "." + below.substring(1).split("[.\\[]")[0];
        for (JsonNode rule : version.at("/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations")) {
            String of = rule.path("fieldPath").asText();
            if (rule.path("rule").asText().contains("oldSelf") && (of.equals(below) || of.equals(object))) {
                String message = rule.path("message").asText();
                String said = message.substring(message.indexOf(' ') + 1, message.indexOf(':'));
                return said.equals("cannot be changed") ? "no" : said;
            }
        }
        return "yes";
    }

    private static String description(JsonNode field, boolean spec) {
        String text = field.path("description").asText().replace("|", "\\|").replace("<", "&lt;");
        return spec ? text.replace(" Cannot be changed.", "").replace(" Can only be raised.", "") : text;
    }

    private String columns() {
        StringBuilder table = new StringBuilder("| column | shows | wide only |\n|---|---|---|\n");
        for (JsonNode column : version.get("additionalPrinterColumns")) {
            table.append("| ")
                    .append(column.get("name").asText().toUpperCase(java.util.Locale.ROOT))
                    .append(" | `")
                    .append(column.get("jsonPath").asText().substring(1))
                    .append("` | ")
                    .append(column.path("priority").asInt() > 0 ? "yes" : "")
                    .append(" |\n");
        }
        return table.toString();
    }
}
