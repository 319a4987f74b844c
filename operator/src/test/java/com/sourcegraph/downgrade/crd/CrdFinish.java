package com.sourcegraph.downgrade.crd;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds to a generated definition what annotations cannot say to crd-generator 7.5: the order of the printer columns, how
 * server-side apply merges each list, formats of times, what conditions mean, and the demands that an API server makes
 * of list-map keys.
 */
final class CrdFinish {

    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final String LIST_KEYS = "x-kubernetes-list-map-keys";

    /** Lists whose members are found by a key; a second appearance of a key is refused. */
    private static final Map<String, List<String>> MAPS = Map.of(
            "/status/conditions", List.of("type"),
            "/status/checks", List.of("name"),
            "/status/steps", List.of("name"),
            "/status/workloads", List.of("kind", "name"),
            "/spec/quiesce/workloads", List.of("kind", "name"));

    /** Lists of single values whose order means nothing; every other list is replaced as a whole. */
    private static final Set<String> SETS = Set.of("/spec/quiesce/ignoreSessions");

    private static final Set<String> TIMES = Set.of(
            "/status/startedAt",
            "/status/finishedAt",
            "/status/pointOfNoReturn",
            "/status/plan/resolvedAt",
            "/status/steps/startedAt",
            "/status/steps/finishedAt",
            "/status/steps/deadline",
            "/status/workloads/broughtBackSince",
            "/status/workloads/broughtBackAt",
            "/status/migration/lastProgress",
            "/status/conditions/lastTransitionTime");

    private static final Map<String, String> CONDITION_DESCRIPTIONS = Map.of(
            "type", "Complete, Failed, Suspended, Ready, Reconciling or Stalled.",
            "status", "True, False or Unknown.",
            "reason", "Why, as one word for programs; never empty.",
            "message", "Why, as a sentence for people.",
            "lastTransitionTime", "When status last changed.",
            "observedGeneration", "The generation of the spec that this condition is about.");

    private static final List<String> CONDITION_REQUIRED =
            List.of("type", "status", "reason", "message", "lastTransitionTime");

    void finish(ObjectNode crd) {
        ((ObjectNode) crd.at("/spec/names")).putArray("categories").add("sourcegraph");
        ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
        version.set("additionalPrinterColumns", printerColumns());
        ObjectNode root = (ObjectNode) version.at("/schema/openAPIV3Schema");
        finishRoot(root);
        ObjectNode condition = (ObjectNode) root.at("/properties/status/properties/conditions/items");
        finishCondition(condition);
        walk("", root);
    }

    /** In the order in which {@link SourcegraphDowngrade} names them; the generator sorts them by path. */
    private static ArrayNode printerColumns() {
        ArrayNode columns = JsonNodeFactory.instance.arrayNode();
        for (AdditionalPrinterColumn column :
                SourcegraphDowngrade.class.getAnnotationsByType(AdditionalPrinterColumn.class)) {
            ObjectNode node = columns.addObject().put("name", column.name());
            node.put("type", column.type().getValue()).put("jsonPath", column.jsonPath());
            if (column.priority() > 0) {
                node.put("priority", column.priority());
            }
        }
        return columns;
    }

    /** Without {@code spec} no rule of the spec would be judged: an empty resource would pass. */
    private static void finishRoot(ObjectNode root) {
        root.put("description", described(SourcegraphDowngrade.class));
        root.putArray("required").add("spec");
        ObjectNode properties = (ObjectNode) root.get("properties");
        ((ObjectNode) properties.get("spec")).put("description", described(SourcegraphDowngradeSpec.class));
        ((ObjectNode) properties.get("status")).put("description", described(SourcegraphDowngradeStatus.class));
        properties
                .putObject("apiVersion")
                .put("type", "string")
                .put("description", "The version of the resource's schema: downgrade.sourcegraph.com/v1alpha1.");
        properties.putObject("kind").put("type", "string").put("description", "SourcegraphDowngrade.");
        // A rule can point at metadata.name only where the schema names it.
        ObjectNode metadata = properties.putObject("metadata").put("type", "object");
        metadata.putObject("properties")
                .putObject("name")
                .put("type", "string")
                .put("description", "The run's name; the names of the migrator's Jobs are made from it.");
    }

    private static String described(Class<?> model) {
        return model.getAnnotation(JsonClassDescription.class).value();
    }

    private static void finishCondition(ObjectNode condition) {
        ObjectNode properties = (ObjectNode) condition.get("properties");
        CONDITION_DESCRIPTIONS.forEach((name, text) -> ((ObjectNode) properties.get(name)).put("description", text));
        ArrayNode statuses = ((ObjectNode) properties.get("status")).putArray("enum");
        List.of("True", "False", "Unknown").forEach(statuses::add);
        ((ObjectNode) properties.get("reason")).put("minLength", 1);
        ArrayNode required = condition.putArray("required");
        CONDITION_REQUIRED.forEach(required::add);
    }

    /** Paths are those of a resource, without {@code properties} and {@code items}. */
    private void walk(String path, ObjectNode schema) {
        wholeNumbers(schema);
        oncePerRule(schema);
        if (TIMES.contains(path)) {
            schema.put("format", "date-time");
        }
        if (schema.get("items") instanceof ObjectNode items) {
            listType(path, schema);
            walk(path, items);
        }
        if (schema.get("properties") instanceof ObjectNode properties) {
            properties.properties().forEach(entry -> walk(path + "/" + entry.getKey(), (ObjectNode) entry.getValue()));
        }
    }

    private static void listType(String path, ObjectNode schema) {
        List<String> keys = MAPS.get(path);
        if (keys != null) {
            schema.put(LIST_TYPE, "map");
            keys.forEach(schema.putArray(LIST_KEYS)::add);
        } else {
            schema.put(LIST_TYPE, SETS.contains(path) ? "set" : "atomic");
        }
    }

    /** The model holds limits as doubles: 20 would be written 20.0. */
    private static void wholeNumbers(ObjectNode schema) {
        for (String limit : List.of("minimum", "maximum")) {
            JsonNode value = schema.get(limit);
            if (value != null && value.doubleValue() == value.longValue()) {
                schema.put(limit, value.longValue());
            }
        }
    }

    /** A rule on a record's component is on its field and on its accessor: the generator finds it twice. */
    private static void oncePerRule(ObjectNode schema) {
        if (schema.get("x-kubernetes-validations") instanceof ArrayNode rules) {
            Set<JsonNode> once = new LinkedHashSet<>();
            rules.forEach(once::add);
            rules.removeAll();
            new ArrayList<>(once).forEach(rules::add);
        }
    }
}
