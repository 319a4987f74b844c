package com.sourcegraph.downgrade.testkit.cluster.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What the API server refuses in the metadata of every kind: names, labels and annotations of the wrong form. */
public final class MetadataValidations {
    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SERVICE = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
    private static final int MOST_OF_A_NAME = 253;
    private static final int MOST_OF_A_LABEL = 63;

    private static final Set<String> STANDARD_FINALIZERS = Set.of("orphan", "foregroundDeletion", "kubernetes");

    /** Kinds whose names are path segments and nothing more. */
    private static final Set<String> FREE_NAMES = Set.of("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding");

    /** Judges the metadata; what is stored already is not refused. */
    public List<FieldError> validate(String kind, ObjectNode object, ObjectNode old) {
        List<FieldError> errors = new ArrayList<>();
        if (old == null) {
            name(kind, Nodes.name(object), errors);
        }
        labels(Nodes.strings(object, "metadata", "labels"), errors);
        Nodes.strings(object, "metadata", "annotations")
                .keySet()
                .forEach(key -> key(key, "metadata.annotations", errors));
        finalizers(object, old, errors);
        owners(object, errors);
        return errors;
    }

    private static void finalizers(ObjectNode object, ObjectNode old, List<FieldError> errors) {
        List<String> had = new ArrayList<>();
        Nodes.each(old, "metadata", "finalizers").forEach(item -> had.add(item.asText()));
        List<String> more = new ArrayList<>();
        int index = 0;
        for (JsonNode item : Nodes.each(object, "metadata", "finalizers")) {
            String name = item.asText();
            key(name, "metadata.finalizers", errors);
            if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
                errors.add(FieldError.invalid(
                        "metadata.finalizers[" + index + "]",
                        item,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
            if (!had.contains(name)) {
                more.add("\"" + name + "\"");
            }
            index++;
        }
        if (!more.isEmpty() && Nodes.text(old, "metadata", "deletionTimestamp") != null) {
            FieldError error = FieldError.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + String.join(", ", more) + "}");
            errors.add(error);
            // The server judges the metadata twice in an update.
            errors.add(error);
        }
    }

    private static void owners(ObjectNode object, List<FieldError> errors) {
        List<String> controllers = new ArrayList<>();
        for (JsonNode owner : Nodes.each(object, "metadata", "ownerReferences")) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                String value = Nodes.text(owner, field);
                if (value == null || value.isEmpty()) {
                    errors.add(FieldError.invalid(
                            "metadata.ownerReferences." + field, TextNode.valueOf(""), "must not be empty"));
                }
            }
            if (Nodes.flag(owner, "controller")) {
                controllers.add(Nodes.text(owner, "kind") + "/" + Nodes.text(owner, "name"));
            }
        }
        if (controllers.size() > 1) {
            errors.add(FieldError.invalid(
                    "metadata.ownerReferences",
                    Nodes.at(object, "metadata", "ownerReferences"),
                    "Only one reference can have Controller set to true. Found \"true\" in references for "
                            + controllers.get(0) + " and " + controllers.get(1)));
        }
    }

    private static void name(String kind, String name, List<FieldError> errors) {
        if (FREE_NAMES.contains(kind)) {
            return;
        }
        switch (kind) {
            case "Service" ->
                form(
                        name,
                        SERVICE,
                        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                                + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
                                + " 'abc-123', regex used for validation is '" + SERVICE + "')",
                        errors);
            case "Namespace" ->
                form(
                        name,
                        LABEL,
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
                                + " start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex"
                                + " used for validation is '" + LABEL + "')",
                        errors);
            default ->
                form(
                        name,
                        SUBDOMAIN,
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
                                + " and must start and end with an alphanumeric character (e.g. 'example.com', regex used"
                                + " for validation is '" + SUBDOMAIN + "')",
                        errors);
        }
        if (name.length() > MOST_OF_A_NAME) {
            errors.add(FieldError.invalid(
                    "metadata.name", TextNode.valueOf(name), "must be no more than " + MOST_OF_A_NAME + " characters"));
        }
    }

    private static void form(String name, String pattern, String why, List<FieldError> errors) {
        if (!Pattern.matches(pattern, name)) {
            errors.add(FieldError.invalid("metadata.name", TextNode.valueOf(name), why));
        }
    }

    private static void labels(Map<String, String> labels, List<FieldError> errors) {
        labels.forEach((key, value) -> {
            key(key, "metadata.labels", errors);
            if (value.length() > MOST_OF_A_LABEL) {
                errors.add(FieldError.invalid(
                        "metadata.labels",
                        TextNode.valueOf(value),
                        "must be no more than " + MOST_OF_A_LABEL + " characters"));
            }
            if (!Pattern.matches(VALUE, value)) {
                errors.add(FieldError.invalid(
                        "metadata.labels",
                        TextNode.valueOf(value),
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                                + " must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
                                + " '12345', regex used for validation is '" + VALUE + "')"));
            }
        });
    }

    private static void key(String key, String field, List<FieldError> errors) {
        String name = key.substring(key.indexOf('/') + 1);
        if (!Pattern.matches(KEY, name)) {
            errors.add(FieldError.invalid(
                    field,
                    TextNode.valueOf(key),
                    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                            + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                            + " validation is '" + KEY + "')"));
        }
    }
}
