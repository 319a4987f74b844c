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
            "containers", "initContainers", "env", "ports", "volumes", "volumeMounts", "imagePullSecrets", "secrets");

    private static final List<String> KEYS =
            List.of("name", "mountPath", "containerPort", "port", "devicePath", "topologyKey");

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
        return sameValue(target, live) || quantities.same(parent, field, target, live)
                ? Optional.empty()
                : Optional.of(path);
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
        boolean keyed = KEYED_LISTS.contains(field) && target.path(0).isObject();
        if (!keyed && target.size() != live.size()) {
            return Optional.of(path);
        }
        for (int i = 0; i < target.size(); i++) {
            JsonNode element = target.get(i);
            JsonNode counterpart = keyed ? counterpart(element, live) : live.path(i);
            Optional<String> difference = node(path + "[" + label(element, i) + "]", "", "", element, counterpart);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static JsonNode counterpart(JsonNode element, JsonNode live) {
        for (String key : KEYS) {
            if (element.has(key)) {
                JsonNode first = null;
                for (JsonNode candidate : live) {
                    if (candidate.path(key).equals(element.get(key))) {
                        if (candidate
                                .path("protocol")
                                .asText("TCP")
                                .equals(element.path("protocol").asText("TCP"))) {
                            return candidate;
                        }
                        first = first == null ? candidate : first;
                    }
                }
                return first == null ? CanonicalJson.MAPPER.missingNode() : first;
            }
        }
        return CanonicalJson.MAPPER.missingNode();
    }

    private static String label(JsonNode element, int index) {
        for (String key : KEYS) {
            if (element.has(key)) {
                return element.get(key).asText();
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
