package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the first field that the target names and that lives with another value. What lives may have more: defaults, and what
 * controllers and people add. Doubt counts as a difference, which costs a request and never leaves a field behind. Pure.
 */
final class LiveMatch {

    /** Maps that are one value: an entry more selects other pods (API schema, {@code x-kubernetes-map-type: atomic}). */
    private static final Set<String> ATOMIC_MAPS = Set.of("selector", "matchLabels", "nodeSelector");

    /** Lists of objects that are merged by key, so that others may add elements ({@code x-kubernetes-list-type: map}). */
    private static final Set<String> KEYED_LISTS = Set.of(
            "containers",
            "initContainers",
            "env",
            "ports",
            "volumes",
            "volumeMounts",
            "volumeDevices",
            "imagePullSecrets",
            "secrets");

    /** Fields that the server fills where they say nothing. */
    private static final Set<String> FILLED_IF_EMPTY = Set.of(
            "clusterIP",
            "sessionAffinity",
            "nodePort",
            "healthCheckNodePort",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold");

    /** Fields whose zero value is the same as their absence: no pointer in the API types, left out where it is zero. */
    private static final Set<String> OMITTED_IF_FALSE = Set.of(
            "hostNetwork",
            "hostPID",
            "hostIPC",
            "readOnly",
            "stdin",
            "stdinOnce",
            "tty",
            "paused",
            "publishNotReadyAddresses",
            "hostPort",
            "nodePort",
            "healthCheckNodePort",
            "minReadySeconds",
            "initialDelaySeconds");

    private final QuantityMatch quantities = new QuantityMatch();

    /** The path of the first difference, for people; empty where there is none. */
    Optional<String> difference(JsonNode target, JsonNode live) {
        return fields("", "", target, live);
    }

    /** @param parent the name of the object's own field, where what is compared is a field of an object */
    private Optional<String> node(String path, String parent, String field, JsonNode target, JsonNode live) {
        if (live.isMissingNode() || live.isNull()) {
            return absent(field, target) ? Optional.empty() : Optional.of(path);
        }
        if (target.isObject()) {
            return live.isObject() ? fields(path, field, target, live) : Optional.of(path);
        }
        if (target.isArray()) {
            return live.isArray() ? elements(path, field, target, live) : Optional.of(path);
        }
        return sameValue(target, live) || quantities.same(parent, field, target, live) || filled(parent, field, target)
                ? Optional.empty()
                : Optional.of(path);
    }

    /** A ConfigMap's keys have any name. */
    private static boolean filled(String parent, String field, JsonNode target) {
        return FILLED_IF_EMPTY.contains(field)
                && !parent.equals("data")
                && (target.isTextual() ? target.asText().isEmpty() : target.isNumber() && target.asInt() == 0);
    }

    private Optional<String> fields(String path, String field, JsonNode target, JsonNode live) {
        for (Map.Entry<String, JsonNode> entry : target.properties()) {
            String name = entry.getKey();
            Optional<String> difference =
                    node(path.isEmpty() ? name : path + "." + name, field, name, entry.getValue(), live.path(name));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return ATOMIC_MAPS.contains(field) && live.size() > target.size() && onlyValues(live)
                ? Optional.of(path)
                : Optional.empty();
    }

    /** A selector of labels, not one that holds {@code matchLabels} and {@code matchExpressions}. */
    private static boolean onlyValues(JsonNode map) {
        for (JsonNode value : map) {
            if (value.isContainerNode()) {
                return false;
            }
        }
        return true;
    }

    private Optional<String> elements(String path, String field, JsonNode target, JsonNode live) {
        String key = key(field, target);
        boolean keyed = KEYED_LISTS.contains(field) && each(target, key);
        if (!keyed && target.size() != live.size()) {
            return Optional.of(path);
        }
        for (int i = 0; i < target.size(); i++) {
            JsonNode element = target.get(i);
            JsonNode counterpart = keyed ? counterpart(key, element, live) : live.path(i);
            Optional<String> difference = node(path + "[" + label(key, element, i) + "]", "", "", element, counterpart);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    /** The one of the API schema, but for the protocol: a volume's name tells nothing where it is mounted twice. */
    private static String key(String list, JsonNode target) {
        return switch (list) {
            case "volumeMounts" -> "mountPath";
            case "volumeDevices" -> "devicePath";
            case "ports" -> target.path(0).has("containerPort") ? "containerPort" : "port";
            default -> "name";
        };
    }

    /** A port of a NetworkPolicy need not have a number. */
    private static boolean each(JsonNode list, String key) {
        for (JsonNode element : list) {
            if (!element.has(key)) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode counterpart(String key, JsonNode element, JsonNode live) {
        JsonNode first = CanonicalJson.MAPPER.missingNode();
        for (JsonNode candidate : live) {
            if (candidate.path(key).equals(element.get(key))) {
                if (protocol(candidate).equals(protocol(element))) {
                    return candidate;
                }
                first = first.isMissingNode() ? candidate : first;
            }
        }
        return first;
    }

    private static String protocol(JsonNode port) {
        return port.path("protocol").asText("TCP");
    }

    private static String label(String key, JsonNode element, int index) {
        for (String name : List.of(key, "topologyKey", "ip")) {
            if (element.has(name)) {
                return element.get(name).asText();
            }
        }
        return String.valueOf(index);
    }

    private static boolean absent(String field, JsonNode target) {
        if (target.isContainerNode()) {
            return target.isEmpty();
        }
        if (target.isTextual()) {
            return target.asText().isEmpty();
        }
        return OMITTED_IF_FALSE.contains(field) && !target.asBoolean() && target.asInt() == 0;
    }

    private static boolean sameValue(JsonNode target, JsonNode live) {
        return target.isNumber() && live.isNumber()
                ? target.decimalValue().compareTo(live.decimalValue()) == 0
                : target.equals(live);
    }
}
