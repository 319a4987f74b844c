package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the first field that an owner's entry has and the target has not: one that the newer release brought and the older does not
 * know. Pure.
 */
final class OwnedFields {

    private final ServerDefaults defaults = new ServerDefaults();

    /**
     * The path of the first such field, for people; empty where there is none.
     *
     * @param fields the entry's {@code fieldsV1}
     * @param target what would be applied
     * @param live what lives: a field that has its default is none of the owner's doing
     */
    Optional<String> beyond(JsonNode fields, JsonNode target, JsonNode live) {
        return walk("", fields, target, live);
    }

    private Optional<String> walk(String path, JsonNode fields, JsonNode target, JsonNode live) {
        for (Map.Entry<String, JsonNode> entry : fields.properties()) {
            String key = entry.getKey();
            Optional<String> found;
            if (key.startsWith("f:")) {
                String name = key.substring(2);
                found = child(
                        path.isEmpty() ? name : path + "." + name,
                        name,
                        entry.getValue(),
                        target.path(name),
                        live.path(name));
            } else if (key.startsWith("k:")) {
                JsonNode keys = CanonicalJson.read(key.substring(2));
                found = child(
                        path + key.substring(2), "", entry.getValue(), element(keys, target), element(keys, live));
            } else if (key.startsWith("v:")) {
                JsonNode value = CanonicalJson.read(key.substring(2));
                found = contains(target, value) || !contains(live, value)
                        ? Optional.empty()
                        : Optional.of(path + "[" + value.asText() + "]");
            } else {
                // "." is the node itself, which its parent has looked at; "i:" is not written for any list of these
                // kinds.
                found = Optional.empty();
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<String> child(String path, String name, JsonNode fields, JsonNode target, JsonNode live) {
        if (ignored(path) || live.isMissingNode()) {
            return Optional.empty();
        }
        if (target.isMissingNode()) {
            if (fields.isEmpty() || live.isValueNode()) {
                return defaults.filledIn(name, live) || empty(live) ? Optional.empty() : Optional.of(path);
            }
            return defaults.filledIn(name, live) ? Optional.empty() : walk(path, fields, target, live);
        }
        return walk(path, fields, target, live);
    }

    private static boolean ignored(String path) {
        return path.equals("status")
                || path.startsWith("metadata.annotations." + TakeOver.OWN_ANNOTATIONS)
                || path.equals("metadata.annotations." + LastApplied.ANNOTATION)
                || path.equals("spec.replicas")
                || path.equals("spec.clusterIP")
                || path.equals("spec.clusterIPs")
                || path.equals("spec.ipFamilies")
                || path.equals("spec.ipFamilyPolicy");
    }

    private static boolean empty(JsonNode live) {
        return live.isContainerNode() && live.isEmpty();
    }

    private static JsonNode element(JsonNode keys, JsonNode list) {
        for (JsonNode candidate : list) {
            boolean matches = true;
            for (Map.Entry<String, JsonNode> key : keys.properties()) {
                JsonNode value = candidate.path(key.getKey());
                // The one key with a default: a manifest may leave it out.
                boolean same = value.equals(key.getValue())
                        || value.isMissingNode()
                                && key.getKey().equals("protocol")
                                && key.getValue().asText().equals("TCP");
                matches &= same;
            }
            if (matches) {
                return candidate;
            }
        }
        return CanonicalJson.MAPPER.missingNode();
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode candidate : list) {
            if (candidate.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
