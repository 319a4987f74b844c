package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds keys that stand twice in a list that is merged by key (API schema, {@code x-kubernetes-list-type: map}), such as a variable of
 * one name. A create or a replace, and so the dry run, takes that; a server-side apply, by which the run would have to write it, never
 * does. Pure.
 */
final class RepeatedKeys {

    /** Of one object; manifests may hold tens of thousands, and each would be kept. */
    private static final int MOST_NAMED = 3;

    private static final Set<String> TEMPLATED = Set.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job");

    private static final Map<String, List<String>> OF_PODS = new TreeMap<>(Map.of(
            "containers", List.of("name"),
            "initContainers", List.of("name"),
            "volumes", List.of("name"),
            "imagePullSecrets", List.of("name"),
            "hostAliases", List.of("ip"),
            "topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")));

    private static final Map<String, List<String>> OF_CONTAINERS = new TreeMap<>(Map.of(
            "env", List.of("name"),
            "ports", List.of("containerPort", "protocol"),
            "volumeMounts", List.of("mountPath"),
            "volumeDevices", List.of("devicePath")));

    List<Finding> of(ManifestBundle bundle) {
        List<Finding> findings = new ArrayList<>();
        for (TargetObject target : bundle.objects()) {
            Set<String> repeated = in(target);
            if (!repeated.isEmpty()) {
                findings.add(
                        new Finding(
                                Topic.REPEATED,
                                Severity.FAILURE,
                                Optional.of(target.key()),
                                target.key() + ": " + String.join("; ", repeated)
                                        + " more than once. As such it cannot be applied server-side.",
                                "Keep one of them in the target manifests: of variables the last, which is the one that counts."));
            }
        }
        return findings;
    }

    private static Set<String> in(TargetObject target) {
        JsonNode content = target.content();
        Set<String> repeated = new LinkedHashSet<>();
        if (target.kind().equals("Service")) {
            add(repeated, "spec.ports", content.path("spec").path("ports"), List.of("port", "protocol"));
        } else if (target.kind().equals("ServiceAccount")) {
            add(repeated, "secrets", content.path("secrets"), List.of("name"));
        }
        JsonNode pod = podSpec(target.kind(), content);
        OF_PODS.forEach((list, keys) -> add(repeated, list, pod.path(list), keys));
        for (String containers : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.path(containers)) {
                String where =
                        containers + "[" + Excerpt.of(container.path("name").asText("")) + "].";
                OF_CONTAINERS.forEach((list, keys) -> add(repeated, where + list, container.path(list), keys));
            }
        }
        return repeated;
    }

    private static JsonNode podSpec(String kind, JsonNode content) {
        JsonNode spec = content.path("spec");
        if (kind.equals("CronJob")) {
            return spec.path("jobTemplate").path("spec").path("template").path("spec");
        }
        if (TEMPLATED.contains(kind)) {
            return spec.path("template").path("spec");
        }
        return kind.equals("Pod") ? spec : CanonicalJson.MAPPER.missingNode();
    }

    private static void add(Set<String> repeated, String where, JsonNode list, List<String> keys) {
        Set<String> seen = new HashSet<>();
        for (JsonNode element : list) {
            String key = keys.stream()
                    .map(name -> name + " " + Excerpt.of(value(element, name)))
                    .collect(Collectors.joining(", "));
            String whole = keys.stream().map(name -> value(element, name)).collect(Collectors.joining("\n"));
            // Without its key it is refused as such.
            if (element.has(keys.get(0)) && !seen.add(whole) && repeated.size() < MOST_NAMED) {
                repeated.add(where + " has " + key);
            }
        }
    }

    /** The one key with a default. */
    private static String value(JsonNode element, String key) {
        return element.path(key).asText(key.equals("protocol") ? "TCP" : "");
    }
}
