package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label selectors (equality and sets) and field selectors of lists and watches. */
public final class Selectors {
    private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)");
    private static final Set<String> CUSTOM = Set.of("metadata.name", "metadata.namespace");

    private static final Set<String> WITH_FIELDS =
            Set.of("Pod", "Event", "Secret", "Namespace", "Job", "ReplicaSet", "Node");

    private Selectors() {}

    public static Predicate<JsonNode> labels(String selector) {
        if (selector == null || selector.isBlank()) {
            return object -> true;
        }
        List<Predicate<Map<String, String>>> requirements = new ArrayList<>();
        for (String part : selector.split(",(?![^()]*\\))")) {
            requirements.add(requirement(part.trim()));
        }
        return object -> {
            Map<String, String> labels = Nodes.strings(object, "metadata", "labels");
            return requirements.stream().allMatch(requirement -> requirement.test(labels));
        };
    }

    private static Predicate<Map<String, String>> requirement(String text) {
        Matcher set = SET.matcher(text);
        if (set.matches()) {
            String key = set.group(1);
            List<String> values =
                    Arrays.stream(set.group(3).split(",")).map(String::trim).toList();
            boolean in = set.group(2).equals("in");
            return labels -> labels.containsKey(key) && values.contains(labels.get(key)) == in
                    || !in && !labels.containsKey(key);
        }
        int unequal = text.indexOf("!=");
        if (unequal > 0) {
            String key = text.substring(0, unequal).trim();
            String value = text.substring(unequal + 2).trim();
            return labels -> !value.equals(labels.get(key));
        }
        int equal = text.indexOf('=');
        if (equal > 0) {
            String key = text.substring(0, equal).trim();
            String value = text.substring(equal + 1).replaceFirst("^=", "").trim();
            if (value.contains(" ")) {
                throw StatusException.badRequest(
                        "found '" + value.split("\\s+")[1] + "', expected: ',' or 'end of string'");
            }
            return labels -> value.equals(labels.get(key));
        }
        if (text.startsWith("!")) {
            String key = text.substring(1).trim();
            return labels -> !labels.containsKey(key);
        }
        if (text.contains(" ") || text.contains("(") || text.isEmpty()) {
            throw StatusException.badRequest("unable to parse requirement: " + mistake(text));
        }
        return labels -> labels.containsKey(text);
    }

    private static String mistake(String text) {
        String[] words = text.split("\\s+");
        if (words.length > 2 && (words[1].equals("in") || words[1].equals("notin"))) {
            return "found '" + words[2] + "' expected: '('";
        }
        return words.length > 1
                ? "found '" + words[1] + "', expected: in, notin, =, ==, !=, gt, lt"
                : "found '" + text + "', expected: identifier after '!' or ','";
    }

    /**
     * Reads a field selector.
     *
     * @param selectable the fields that a definition declares, as JSON paths
     */
    public static Predicate<JsonNode> fields(String selector, ResourceType resource, Set<String> selectable) {
        if (selector == null || selector.isBlank()) {
            return object -> true;
        }
        List<Predicate<JsonNode>> requirements = new ArrayList<>();
        for (String part : selector.split(",")) {
            boolean unequal = part.contains("!=");
            int at = part.indexOf(unequal ? "!=" : "=");
            if (at <= 0) {
                throw StatusException.badRequest("invalid selector: '" + part + "'; can't understand '" + part + "'");
            }
            String field = part.substring(0, at).trim();
            String value = part.substring(at + (unequal ? 2 : 1))
                    .replaceFirst("^=", "")
                    .trim();
            if (!supported(field, resource) && !selectable.contains("." + field)) {
                throw StatusException.badRequest(
                        resource.custom() || WITH_FIELDS.contains(resource.kind())
                                ? "field label not supported: " + field
                                : "\"" + field + "\" is not a known field selector: only \"metadata.name\","
                                        + " \"metadata.namespace\"");
            }
            String[] path = field.split("\\.");
            requirements.add(object -> {
                String found = Nodes.text(object, path);
                return (found == null ? "" : found).equals(value) != unequal;
            });
        }
        return object -> requirements.stream().allMatch(requirement -> requirement.test(object));
    }

    private static boolean supported(String field, ResourceType resource) {
        if (CUSTOM.contains(field)) {
            return true;
        }
        return switch (resource.kind()) {
            case "Pod" ->
                Set.of("spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase", "status.podIP")
                        .contains(field);
            case "Event" ->
                field.startsWith("involvedObject.")
                        || field.startsWith("regarding.")
                        || Set.of("reason", "type", "source", "reportingComponent")
                                .contains(field);
            case "Secret" -> field.equals("type");
            case "Namespace" -> field.equals("status.phase");
            case "Job" -> field.equals("status.successful");
            case "ReplicaSet" -> field.equals("status.replicas");
            case "Node" -> field.equals("spec.unschedulable");
            default -> false;
        };
    }

    /** Whether a workload's {@code spec.selector} matches these labels. An absent selector matches nothing. */
    public static boolean matches(JsonNode selector, Map<String, String> labels) {
        if (selector == null || selector.isEmpty()) {
            return false;
        }
        for (Map.Entry<String, String> wanted :
                Nodes.strings(selector, "matchLabels").entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonNode expression : Nodes.each(selector, "matchExpressions")) {
            String key = Nodes.text(expression, "key");
            List<String> values = new ArrayList<>();
            Nodes.each(expression, "values").forEach(value -> values.add(value.asText()));
            boolean has = labels.containsKey(key);
            boolean fits =
                    switch (String.valueOf(Nodes.text(expression, "operator"))) {
                        case "In" -> has && values.contains(labels.get(key));
                        case "NotIn" -> !has || !values.contains(labels.get(key));
                        case "Exists" -> has;
                        case "DoesNotExist" -> !has;
                        default -> false;
                    };
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
