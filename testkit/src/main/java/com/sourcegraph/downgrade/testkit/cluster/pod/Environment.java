package com.sourcegraph.downgrade.testkit.cluster.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.ClusterApi;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves a container's environment and arguments from the objects that they name. */
final class Environment {
    /** Something that a container needs is not there yet. */
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        Missing(String message) {
            super(message);
        }
    }

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^)]+)\\)");

    private final ClusterApi api;

    Environment(ClusterApi api) {
        this.api = api;
    }

    Map<String, String> resolve(ObjectNode pod, JsonNode container) throws Missing {
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode source : Nodes.each(container, "envFrom")) {
            String prefix = Nodes.text(source, "prefix") == null ? "" : Nodes.text(source, "prefix");
            for (String kind : List.of("configMapRef", "secretRef")) {
                JsonNode reference = Nodes.at(source, kind);
                if (reference != null) {
                    data(pod, reference, kind.equals("secretRef"))
                            .forEach((key, value) -> env.put(prefix + key, value));
                }
            }
        }
        for (JsonNode variable : Nodes.each(container, "env")) {
            String value = value(pod, variable);
            if (value != null) {
                env.put(Nodes.text(variable, "name"), expanded(value, env));
            }
        }
        return env;
    }

    /** The arguments after the entry point. */
    List<String> arguments(JsonNode container, Map<String, String> env) {
        List<String> all = new ArrayList<>();
        Nodes.each(container, "command").forEach(word -> all.add(expanded(word.asText(), env)));
        if (!all.isEmpty()) {
            all.remove(0);
        }
        Nodes.each(container, "args").forEach(word -> all.add(expanded(word.asText(), env)));
        return List.copyOf(all);
    }

    private String value(ObjectNode pod, JsonNode variable) throws Missing {
        JsonNode from = Nodes.at(variable, "valueFrom");
        if (from == null) {
            return Nodes.text(variable, "value") == null ? "" : Nodes.text(variable, "value");
        }
        String field = Nodes.text(from, "fieldRef", "fieldPath");
        if (field != null) {
            return field(pod, field);
        }
        for (String kind : List.of("configMapKeyRef", "secretKeyRef")) {
            JsonNode reference = Nodes.at(from, kind);
            if (reference != null) {
                boolean secret = kind.equals("secretKeyRef");
                String key = Nodes.text(reference, "key");
                String value = data(pod, reference, secret).get(key);
                if (value == null && !Nodes.flag(reference, "optional")) {
                    throw new Missing("couldn't find key " + key + " in " + (secret ? "Secret " : "ConfigMap ")
                            + Nodes.namespace(pod) + "/" + Nodes.text(reference, "name"));
                }
                return value;
            }
        }
        // Resource fields have no meaning here.
        return "0";
    }

    private static String field(ObjectNode pod, String path) {
        Matcher map =
                Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)']").matcher(path);
        if (map.matches()) {
            String found = Nodes.text(pod, "metadata", map.group(1), map.group(2));
            return found == null ? "" : found;
        }
        String found = Nodes.text(pod, path.split("\\."));
        if (found == null) {
            return path.endsWith("IP") ? "10.244.0.2" : "";
        }
        return found;
    }

    private Map<String, String> data(ObjectNode pod, JsonNode reference, boolean secret) throws Missing {
        String name = Nodes.text(reference, "name");
        ObjectNode object = api.store()
                .get(api.catalog().required("", secret ? "secrets" : "configmaps"), Nodes.namespace(pod), name);
        if (object == null) {
            if (Nodes.flag(reference, "optional")) {
                return Map.of();
            }
            throw new Missing((secret ? "secret \"" : "configmap \"") + name + "\" not found");
        }
        Map<String, String> data = new LinkedHashMap<>(Nodes.strings(object, "data"));
        if (secret) {
            data.replaceAll((key, value) -> new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
        }
        return data;
    }

    private static String expanded(String text, Map<String, String> env) {
        return REFERENCE.matcher(text).replaceAll(found -> {
            if (found.group(1) == null) {
                return Matcher.quoteReplacement("$");
            }
            String value = env.get(found.group(1));
            return Matcher.quoteReplacement(value == null ? found.group() : value);
        });
    }
}
