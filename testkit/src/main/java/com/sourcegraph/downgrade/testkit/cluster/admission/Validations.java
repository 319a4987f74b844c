package com.sourcegraph.downgrade.testkit.cluster.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.Quantities;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the API server refuses in built-in kinds, as far as a downgrade can meet it: immutable fields, selectors that do
 * not match their template, pod specs that do not hold together. Anything else that the schema admits is accepted.
 */
public final class Validations {
    private static final Set<String> MUTABLE_IN_STATEFUL_SETS = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
            "revisionHistoryLimit");

    private final PodValidations pods = new PodValidations();

    /**
     * Judges an object with its defaults filled in.
     *
     * @param old what is stored; null for a create
     */
    public List<FieldError> validate(String kind, ObjectNode object, ObjectNode old) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode spec = Nodes.at(object, "spec");
        JsonNode before = Nodes.at(old, "spec");
        switch (kind) {
            case "Deployment", "ReplicaSet", "DaemonSet" -> {
                workload(spec, before, errors);
                if (kind.equals("Deployment")) {
                    strategy(spec, errors);
                }
            }
            case "StatefulSet" -> {
                workload(spec, null, errors);
                statefulSet(spec, before, errors);
            }
            case "Job" -> job(spec, before, errors);
            case "Pod" -> pods.pod(spec, before, errors);
            case "CronJob" ->
                pods.template(
                        Nodes.at(spec, "jobTemplate", "spec", "template"),
                        null,
                        "spec.jobTemplate.spec.template",
                        errors);
            case "Service" -> service(spec, before, errors);
            case "PersistentVolumeClaim" -> claim(spec, before, Nodes.at(old, "status"), errors);
            case "StorageClass" -> storageClass(object, old, errors);
            case "RoleBinding", "ClusterRoleBinding" ->
                immutable(
                        inGo(Nodes.at(object, "roleRef")),
                        inGo(Nodes.at(old, "roleRef")),
                        old,
                        "roleRef",
                        "cannot change roleRef",
                        errors);
            case "PodDisruptionBudget" -> {
                if (Nodes.at(spec, "minAvailable") != null && Nodes.at(spec, "maxUnavailable") != null) {
                    errors.add(FieldError.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
                }
            }
            case "Event" -> event(object, errors);
            case "ConfigMap", "Secret" -> frozen(object, old, errors);
            default -> {
                // Nothing beyond the schema is checked for this kind.
            }
        }
        return errors;
    }

    private void workload(JsonNode spec, JsonNode before, List<FieldError> errors) {
        JsonNode selector = Nodes.at(spec, "selector");
        if (selector == null || selector.isEmpty()) {
            errors.add(FieldError.required("spec.selector", ""));
            errors.add(FieldError.invalid(
                    "spec.template.metadata.labels",
                    Nodes.at(spec, "template", "metadata", "labels"),
                    "`selector` does not match template `labels`"));
        } else {
            Map<String, String> labels = Nodes.strings(spec, "template", "metadata", "labels");
            boolean matches = Nodes.strings(selector, "matchLabels").entrySet().stream()
                    .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
            if (!matches) {
                errors.add(FieldError.invalid(
                        "spec.template.metadata.labels",
                        Nodes.at(spec, "template", "metadata", "labels"),
                        "`selector` does not match template `labels`"));
            }
        }
        if (Nodes.number(spec, 0, "replicas") < 0) {
            errors.add(FieldError.invalid(
                    "spec.replicas", Nodes.at(spec, "replicas"), "must be greater than or equal to 0"));
        }
        pods.template(Nodes.at(spec, "template"), Nodes.at(spec, "volumeClaimTemplates"), "spec.template", errors);
        if (!"Always".equals(Nodes.text(spec, "template", "spec", "restartPolicy"))) {
            errors.add(FieldError.notSupported(
                    "spec.template.spec.restartPolicy",
                    Nodes.at(spec, "template", "spec", "restartPolicy"),
                    List.of("Always")));
        }
        if (before != null && !String.valueOf(selector).equals(String.valueOf(Nodes.at(before, "selector")))) {
            errors.add(FieldError.invalid("spec.selector", selector, "field is immutable"));
        }
    }

    private static void strategy(JsonNode spec, List<FieldError> errors) {
        if ("Recreate".equals(Nodes.text(spec, "strategy", "type"))
                && Nodes.at(spec, "strategy", "rollingUpdate") != null) {
            errors.add(FieldError.forbidden(
                    "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
        }
    }

    private static void statefulSet(JsonNode spec, JsonNode before, List<FieldError> errors) {
        if (before == null) {
            return;
        }
        Set<String> fields = new TreeSet<>();
        spec.fieldNames().forEachRemaining(fields::add);
        before.fieldNames().forEachRemaining(fields::add);
        fields.removeAll(MUTABLE_IN_STATEFUL_SETS);
        for (String field : fields) {
            if (!String.valueOf(Nodes.at(spec, field)).equals(String.valueOf(Nodes.at(before, field)))) {
                errors.add(FieldError.forbidden(
                        "spec",
                        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                                + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                                + " 'minReadySeconds' are forbidden"));
                return;
            }
        }
    }

    private void job(JsonNode spec, JsonNode before, List<FieldError> errors) {
        pods.template(Nodes.at(spec, "template"), null, "spec.template", errors);
        JsonNode policy = Nodes.at(spec, "template", "spec", "restartPolicy");
        if (policy != null && policy.asText().equals("Always")) {
            errors.add(
                    FieldError.required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
        }
        if (before == null) {
            JsonNode uid = Nodes.at(spec, "selector", "matchLabels", "batch.kubernetes.io/controller-uid");
            if (!Nodes.flag(spec, "manualSelector")
                    && (uid == null || spec.get("selector").get("matchLabels").size() > 1)) {
                errors.add(FieldError.invalid(
                        "spec.selector", Nodes.at(spec, "selector"), "`selector` not auto-generated"));
            }
            return;
        }
        if (!Nodes.flag(spec, "manualSelector")) {
            generatedLabels(spec, before, errors);
        }
        boolean suspended = Nodes.flag(before, "suspend");
        for (String field : List.of("completions", "selector", "completionMode", "podFailurePolicy", "template")) {
            JsonNode now = Nodes.at(spec, field);
            if (String.valueOf(now).equals(String.valueOf(Nodes.at(before, field)))
                    || field.equals("template") && suspended) {
                continue;
            }
            errors.add(FieldError.invalid("spec." + field, now, "field is immutable"));
        }
    }

    /** Those of the pods, which the selector that was given out needs. */
    private static void generatedLabels(JsonNode spec, JsonNode before, List<FieldError> errors) {
        Map<String, String> labels = Nodes.strings(spec, "template", "metadata", "labels");
        Nodes.strings(before, "template", "metadata", "labels").forEach((label, value) -> {
            boolean generated = label.endsWith("controller-uid") || label.endsWith("job-name");
            if (generated && !value.equals(labels.get(label))) {
                errors.add(
                        FieldError.required("spec.template.metadata.labels[" + label + "]", "must be '" + value + "'"));
            }
        });
    }

    private static void service(JsonNode spec, JsonNode before, List<FieldError> errors) {
        List<JsonNode> ports = new ArrayList<>();
        Nodes.each(spec, "ports").forEach(ports::add);
        if (ports.isEmpty()
                && !"None".equals(Nodes.text(spec, "clusterIP"))
                && !"ExternalName".equals(Nodes.text(spec, "type"))) {
            errors.add(FieldError.required("spec.ports", ""));
        }
        for (int i = 0; i < ports.size() && ports.size() > 1; i++) {
            if (Nodes.text(ports.get(i), "name") == null) {
                errors.add(FieldError.required("spec.ports[" + i + "].name", ""));
            }
        }
        String was = Nodes.text(before, "clusterIP");
        boolean external =
                "ExternalName".equals(Nodes.text(spec, "type")) || "ExternalName".equals(Nodes.text(before, "type"));
        if (was != null && !external && !was.equals(Nodes.text(spec, "clusterIP"))) {
            errors.add(
                    FieldError.invalid("spec.clusterIPs[0]", Nodes.at(spec, "clusterIPs"), "may not change once set"));
        }
    }

    private static void claim(JsonNode spec, JsonNode before, JsonNode status, List<FieldError> errors) {
        String wanted = Nodes.text(spec, "resources", "requests", "storage");
        if (wanted == null) {
            errors.add(FieldError.required("spec.resources[storage]", ""));
        }
        if (Nodes.at(spec, "accessModes") == null || spec.get("accessModes").isEmpty()) {
            errors.add(FieldError.required("spec.accessModes", "at least 1 access mode is required"));
        }
        if (before == null || wanted == null) {
            return;
        }
        ObjectNode now = spec.deepCopy();
        ObjectNode then = before.deepCopy();
        List.of(now, then).forEach(one -> {
            ((ObjectNode) one.get("resources")).remove("requests");
            one.remove("volumeAttributesClassName");
        });
        if (Nodes.at(before, "volumeName") == null) {
            now.remove("volumeName");
        }
        boolean bound = "Bound".equals(Nodes.text(status, "phase"));
        String had = Nodes.text(before, "resources", "requests", "storage");
        int order = Quantities.amount(wanted).compareTo(Quantities.amount(had));
        if (!now.equals(then) || order != 0 && !bound) {
            errors.add(FieldError.forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims"));
        }
        if (order < 0 && bound) {
            errors.add(FieldError.forbidden(
                    "spec.resources.requests.storage", "field can not be less than status.capacity"));
        }
    }

    private static void storageClass(ObjectNode object, ObjectNode old, List<FieldError> errors) {
        if (Nodes.text(object, "provisioner") == null) {
            errors.add(FieldError.required("provisioner", ""));
        }
        if (old == null) {
            return;
        }
        for (String field : List.of("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")) {
            if (!String.valueOf(Nodes.at(object, field)).equals(String.valueOf(Nodes.at(old, field)))) {
                errors.add(FieldError.forbidden(field, "updates to " + field + " are forbidden."));
            }
        }
    }

    /** The internal type, whose members are spelt as in Go. */
    private static JsonNode inGo(JsonNode roleRef) {
        if (roleRef == null) {
            return null;
        }
        return Nodes.object()
                .put("APIGroup", Nodes.text(roleRef, "apiGroup"))
                .put("Kind", Nodes.text(roleRef, "kind"))
                .put("Name", Nodes.text(roleRef, "name"));
    }

    private static void event(ObjectNode event, List<FieldError> errors) {
        String about = Nodes.text(event, "involvedObject", "namespace");
        if (about != null && !about.equals(Nodes.namespace(event))) {
            errors.add(FieldError.invalid(
                    "involvedObject.namespace",
                    Nodes.at(event, "involvedObject", "namespace"),
                    "does not match event.namespace"));
        }
    }

    private static void frozen(ObjectNode object, ObjectNode old, List<FieldError> errors) {
        if (Nodes.flag(old, "immutable") && !Nodes.flag(object, "immutable")) {
            errors.add(FieldError.forbidden("immutable", "field is immutable when `immutable` is set"));
        }
        if (Nodes.flag(old, "immutable")
                && !String.valueOf(Nodes.at(object, "data")).equals(String.valueOf(Nodes.at(old, "data")))) {
            errors.add(FieldError.forbidden("data", "field is immutable when `immutable` is set"));
        }
        if (old != null && "Secret".equals(Nodes.text(object, "kind"))) {
            immutable(Nodes.at(object, "type"), Nodes.at(old, "type"), old, "type", "field is immutable", errors);
        }
    }

    private static void immutable(
            JsonNode now, JsonNode then, ObjectNode old, String field, String why, List<FieldError> errors) {
        if (old != null && !String.valueOf(now).equals(String.valueOf(then))) {
            errors.add(FieldError.invalid(field, now, why));
        }
    }
}
