package com.sourcegraph.downgrade.testkit.cluster.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a pod's spec must hold, wherever it stands. */
final class PodValidations {
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc");

    void pod(JsonNode spec, JsonNode before, List<FieldError> errors) {
        spec(spec, "spec", new HashSet<>(), errors);
        if (before == null) {
            return;
        }
        ObjectNode now = mutableAside(spec);
        ObjectNode then = mutableAside(before);
        if (Nodes.at(then, "nodeName") == null) {
            // The binding of a pod to its node comes as an update here.
            now.remove("nodeName");
        }
        if (!now.equals(then)) {
            errors.add(FieldError.forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                            + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
                            + " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set"
                            + " to 1 if it was previously negative)"));
        }
    }

    private static ObjectNode mutableAside(JsonNode spec) {
        ObjectNode copy = spec.deepCopy();
        copy.remove(List.of("activeDeadlineSeconds", "tolerations"));
        for (String list : List.of("containers", "initContainers")) {
            Nodes.each(copy, list).forEach(container -> ((ObjectNode) container).remove("image"));
        }
        return copy;
    }

    /**
     * Judges a template.
     *
     * @param claims templates of claims, each of which is a volume to mount as well
     */
    void template(JsonNode template, JsonNode claims, String path, List<FieldError> errors) {
        Set<String> mountable = new HashSet<>();
        if (claims != null) {
            claims.forEach(claim -> mountable.add(Nodes.name(claim)));
        }
        spec(Nodes.at(template, "spec"), path + ".spec", mountable, errors);
    }

    private static void spec(JsonNode spec, String path, Set<String> mountable, List<FieldError> errors) {
        if (Nodes.at(spec, "containers") == null || spec.get("containers").isEmpty()) {
            errors.add(FieldError.required(path + ".containers", ""));
        }
        Set<String> volumes = new HashSet<>();
        int index = 0;
        for (JsonNode volume : Nodes.each(spec, "volumes")) {
            String place = path + ".volumes[" + index++ + "]";
            if (!volumes.add(Nodes.text(volume, "name"))) {
                errors.add(FieldError.duplicate(place + ".name", volume.get("name")));
            }
            if (volume.size() > 2) {
                errors.add(FieldError.forbidden(place, "may not specify more than 1 volume type"));
            }
        }
        mountable.addAll(volumes);
        Set<String> names = new HashSet<>();
        for (String list : List.of("initContainers", "containers")) {
            int i = 0;
            for (JsonNode container : Nodes.each(spec, list)) {
                container(container, path + "." + list + "[" + i++ + "]", names, mountable, errors);
            }
        }
    }

    private static void container(
            JsonNode container, String path, Set<String> names, Set<String> volumes, List<FieldError> errors) {
        String name = Nodes.text(container, "name");
        if (name == null) {
            errors.add(FieldError.required(path + ".name", ""));
        } else if (!name.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            errors.add(FieldError.invalid(
                    path + ".name",
                    container.get("name"),
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                            + " end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation"
                            + " is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"));
        } else if (!names.add(name)) {
            errors.add(FieldError.duplicate(path + ".name", container.get("name")));
        }
        if (Nodes.text(container, "image") == null) {
            errors.add(FieldError.required(path + ".image", ""));
        }
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            JsonNode object = Nodes.at(container, probe);
            if (object != null) {
                handlers(object, path + "." + probe, errors);
            }
        }
        requests(Nodes.at(container, "resources"), path + ".resources.requests", errors);
        Set<String> paths = new HashSet<>();
        int i = 0;
        for (JsonNode mount : Nodes.each(container, "volumeMounts")) {
            String place = path + ".volumeMounts[" + i++ + "]";
            if (!volumes.contains(Nodes.text(mount, "name"))) {
                errors.add(new FieldError(
                        "FieldValueNotFound", place + ".name", "Not found: \"" + Nodes.text(mount, "name") + "\""));
            }
            if (!paths.add(Nodes.text(mount, "mountPath"))) {
                errors.add(FieldError.invalid(place + ".mountPath", mount.get("mountPath"), "must be unique"));
            }
        }
        i = 0;
        for (JsonNode variable : Nodes.each(container, "env")) {
            String place = path + ".env[" + i++ + "]";
            if (Nodes.text(variable, "name") == null) {
                errors.add(FieldError.required(place + ".name", ""));
            }
            JsonNode value = Nodes.at(variable, "value");
            if (value != null && !value.asText().isEmpty() && Nodes.at(variable, "valueFrom") != null) {
                errors.add(FieldError.invalid(
                        place + ".valueFrom",
                        com.fasterxml.jackson.databind.node.TextNode.valueOf(""),
                        "may not be specified when `value` is not empty"));
            }
        }
    }

    private static void requests(JsonNode resources, String path, List<FieldError> errors) {
        JsonNode requests = Nodes.at(resources, "requests");
        if (requests == null) {
            return;
        }
        requests.fields().forEachRemaining(request -> {
            String limit = Nodes.text(resources, "limits", request.getKey());
            if (limit != null && amount(request.getValue().asText()).compareTo(amount(limit)) > 0) {
                errors.add(FieldError.invalid(
                        path,
                        request.getValue(),
                        "must be less than or equal to " + request.getKey() + " limit of " + limit));
            }
        });
    }

    private static BigDecimal amount(String quantity) {
        return new Quantity(quantity).getNumericalAmount();
    }

    /** The first handler counts; each further one is refused where it stands. */
    private static void handlers(JsonNode probe, String path, List<FieldError> errors) {
        int count = 0;
        for (String handler : HANDLERS) {
            if (Nodes.at(probe, handler) != null && ++count > 1) {
                errors.add(FieldError.forbidden(path + "." + handler, "may not specify more than 1 handler type"));
            }
        }
        if (count == 0) {
            errors.add(FieldError.required(path, "must specify a handler type"));
        }
    }
}
