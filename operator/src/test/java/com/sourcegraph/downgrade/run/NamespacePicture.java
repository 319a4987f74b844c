package com.sourcegraph.downgrade.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The objects of a namespace as they can be compared between two runs: what a person wrote or would see, and who owns which
 * fields; without times, uids, versions, addresses, and without what controllers make (pods, replica sets).
 *
 * @param objects by kind and name
 */
record NamespacePicture(Map<String, JsonNode> objects) {

    private static final Map<String, List<String>> KINDS = Map.of(
            "apps/v1", List.of("Deployment", "StatefulSet", "DaemonSet"),
            "v1", List.of("Service", "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount"),
            "batch/v1", List.of("CronJob", "Job"),
            "rbac.authorization.k8s.io/v1", List.of("Role", "RoleBinding"),
            "autoscaling/v2", List.of("HorizontalPodAutoscaler"));

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final ObjectMapper JSON = new ObjectMapper();

    static NamespacePicture of(KubernetesClient client, String namespace) {
        Map<String, JsonNode> objects = new TreeMap<>();
        KINDS.forEach((version, kinds) -> kinds.forEach(kind -> client.genericKubernetesResources(version, kind)
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(object -> objects.put(kind + "/" + object.getMetadata().getName(), content(kind, object)))));
        return new NamespacePicture(objects);
    }

    /** Where the other picture differs, as paths with both values. */
    List<String> differencesTo(NamespacePicture other) {
        List<String> found = new ArrayList<>();
        Set<String> names = new TreeSet<>(objects.keySet());
        names.addAll(other.objects.keySet());
        for (String name : names) {
            compare(name, objects.get(name), other.objects.get(name), found);
        }
        return found;
    }

    /** Where the other picture's objects of these names differ from these; who owns which field, and what only the other has, set aside. */
    List<String> differencesIn(NamespacePicture other) {
        List<String> found = new ArrayList<>();
        objects.forEach((name, content) -> compare(name, unowned(content), unowned(other.objects.get(name)), found));
        return found;
    }

    private static JsonNode unowned(JsonNode content) {
        if (!(content instanceof ObjectNode)) {
            return content;
        }
        ObjectNode copy = content.deepCopy();
        ObjectNode metadata = (ObjectNode) copy.get("metadata");
        metadata.remove("managedFields");
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove("deployment.kubernetes.io/revision");
            // A JSON text: the order of its fields is the writer's.
            JsonNode applied = annotations.get(LAST_APPLIED);
            if (applied != null) {
                annotations.set(LAST_APPLIED, read(applied.asText()));
            }
        }
        return copy;
    }

    private static void compare(String path, JsonNode here, JsonNode there, List<String> found) {
        if (here == null || there == null) {
            found.add(path
                    + (here == null ? " is only there: " : " is only here: ")
                    + shortened(here == null ? there : here));
        } else if (here.isObject() && there.isObject()) {
            Set<String> names = new TreeSet<>();
            here.fieldNames().forEachRemaining(names::add);
            there.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(path + "." + name, here.get(name), there.get(name), found));
        } else if (here.isArray() && there.isArray() && here.size() == there.size()) {
            for (int i = 0; i < here.size(); i++) {
                compare(path + "[" + i + "]", here.get(i), there.get(i), found);
            }
        } else if (!here.equals(there)) {
            found.add(path + ": " + shortened(here) + " here, " + shortened(there) + " there");
        }
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() <= 200 ? text : text.substring(0, 199) + "…";
    }

    private static JsonNode content(String kind, GenericKubernetesResource object) {
        String name = object.getMetadata().getName();
        if (kind.equals("Job")) {
            // Labels and selector carry uids; that there is this Job, and no other, is what counts.
            return TextNode.valueOf(name);
        }
        ObjectNode content = JSON.valueToTree(object);
        if (name.equals("sourcegraph-downgrade-history")) {
            return TextNode.valueOf(
                    content.path("data").path("runs.json").asText().contains("Complete")
                            ? "one run, complete"
                            : "open");
        }
        content.remove("status");
        ObjectNode metadata = (ObjectNode) content.get("metadata");
        metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp", "generation"));
        if (content.get("spec") instanceof ObjectNode spec) {
            spec.remove(List.of("clusterIP", "clusterIPs", "volumeName"));
        }
        if (metadata.get("managedFields") instanceof ArrayNode entries) {
            metadata.set("managedFields", withoutTimes(entries));
        }
        return withoutNumbers(content);
    }

    /** Entries are kept in the order of their times. */
    private static ArrayNode withoutTimes(ArrayNode entries) {
        List<JsonNode> sorted = new ArrayList<>();
        for (JsonNode entry : entries) {
            ((ObjectNode) entry).remove("time");
            sorted.add(entry);
        }
        sorted.sort(Comparator.comparing(JsonNode::toString));
        return JSON.createArrayNode().addAll(sorted);
    }

    /** Each world has databases of its own, numbered through. */
    private static JsonNode withoutNumbers(JsonNode content) {
        return read(content.toString().replaceAll("(frontend|codeintel|codeinsights)_\\d+", "$1"));
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
