package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Refuses query parameters of writes that have no meaning: a misspelt dry run would otherwise be a write. */
final class OptionValidation {
    private OptionValidation() {}

    static void write(String kind, Map<String, String> query) {
        List<FieldError> errors = new ArrayList<>();
        common(query, errors);
        refuse(kind, errors);
    }

    static void patch(Map<String, String> query, boolean apply) {
        List<FieldError> errors = new ArrayList<>();
        if (apply && query.getOrDefault("fieldManager", "").isEmpty()) {
            errors.add(FieldError.required("fieldManager", "is required for apply patch"));
        }
        if (!apply && query.containsKey("force")) {
            errors.add(FieldError.forbidden("force", "may not be specified for non-apply patch"));
        }
        common(query, errors);
        refuse("PatchOptions", errors);
    }

    /** The options of a delete, wherever they stand. */
    static void delete(String propagation, boolean orphanDependents) {
        List<FieldError> errors = new ArrayList<>();
        if (propagation != null && orphanDependents) {
            errors.add(FieldError.invalid(
                    "propagationPolicy",
                    TextNode.valueOf(propagation),
                    "orphanDependents and deletionPropagation cannot be both set"));
        } else if (propagation != null
                && !List.of("Foreground", "Background", "Orphan").contains(propagation)) {
            errors.add(FieldError.notSupported(
                    "propagationPolicy",
                    TextNode.valueOf(propagation),
                    List.of("Foreground", "Background", "Orphan", "nil")));
        }
        refuse("DeleteOptions", errors);
    }

    /** The options of a list or a watch. */
    static void read(Map<String, String> query, boolean watch) {
        List<FieldError> errors = new ArrayList<>();
        String match = query.getOrDefault("resourceVersionMatch", "");
        boolean initial = watch && query.containsKey("sendInitialEvents");
        if (initial && !match.equals("NotOlderThan")) {
            errors.add(FieldError.forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        } else if (!initial && !match.isEmpty() && watch) {
            errors.add(FieldError.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch"));
        } else if (!watch
                && !match.isEmpty()
                && query.getOrDefault("resourceVersion", "").isEmpty()) {
            errors.add(FieldError.forbidden(
                    "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }
        refuse("ListOptions", errors);
        String version = query.getOrDefault("resourceVersion", "");
        if (!version.matches("\\d*")) {
            String why = "resourceVersion: Invalid value: \"" + version + "\": strconv.ParseUint: parsing \"" + version
                    + "\": invalid syntax";
            throw watch
                    ? new StatusException(500, "", why, null)
                    : StatusException.badRequest("invalid resource version: " + why);
        }
    }

    private static void common(Map<String, String> query, List<FieldError> errors) {
        String dryRun = query.getOrDefault("dryRun", "All");
        if (!dryRun.equals("All")) {
            errors.add(FieldError.notSupported("dryRun", Nodes.array().add(dryRun), List.of("All")));
        }
        String validation = query.getOrDefault("fieldValidation", "");
        if (!List.of("", "Ignore", "Warn", "Strict").contains(validation)) {
            errors.add(FieldError.notSupported(
                    "fieldValidation", TextNode.valueOf(validation), List.of("", "Ignore", "Strict", "Warn")));
        }
    }

    private static void refuse(String kind, List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw StatusException.invalidOptions(kind, errors);
        }
    }
}
