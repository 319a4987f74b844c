package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What manifests came to in a namespace, without what differs by nature, so that two namespaces can be compared. */
final class AppliedState {

    private final KubernetesClient client;
    private final boolean keepsEmptyObjects;

    /**
     * @param keepsEmptyObjects whether an object that an apply empties, and that the manifest names as empty, stays as such
     */
    AppliedState(KubernetesClient client, boolean keepsEmptyObjects) {
        this.client = client;
        this.keepsEmptyObjects = keepsEmptyObjects;
    }

    /** Every object of the bundle, the name of the namespace made that of the reference. */
    Map<ObjectKey, ObjectNode> of(String namespace, ManifestBundle bundle, String reference) {
        LiveObjects live = new LiveReader().read(client, namespace, bundle).orElseThrow();
        Map<ObjectKey, ObjectNode> result = new TreeMap<>();
        for (TargetObject target : bundle.objects()) {
            live.find(target.key())
                    .ifPresent(object -> result.put(target.key(), (ObjectNode) CanonicalJson.read(
                            CanonicalJson.write(comparable(object, target)).replace(namespace, reference))));
        }
        return result;
    }

    private ObjectNode comparable(LiveObject object, TargetObject target) {
        ObjectNode content = object.copy();
        content.remove("status");
        ObjectNode metadata = (ObjectNode) content.get("metadata");
        metadata.remove(
                List.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"));
        JsonNode spec = content.path("spec");
        if (object.kind().equals("Service")) {
            withoutAddresses((ObjectNode) spec);
        }
        if (!target.content().path("spec").has("replicas") && spec instanceof ObjectNode node) {
            withoutCount(node, metadata);
        }
        if (!keepsEmptyObjects) {
            spec.at("/template/spec/containers").forEach(container -> {
                if (container.path("securityContext").isEmpty()) {
                    ((ObjectNode) container).remove("securityContext");
                }
            });
        }
        if (metadata.path("annotations") instanceof ObjectNode annotations) {
            annotations.remove("deprecated.daemonset.template.generation");
            if (annotations.has(LastApplied.ANNOTATION)) {
                annotations.set(
                        LastApplied.ANNOTATION,
                        CanonicalJson.read(
                                annotations.get(LastApplied.ANNOTATION).asText()));
            }
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        }
        return content;
    }

    private static void withoutAddresses(ObjectNode spec) {
        boolean headless = spec.path("clusterIP").asText("").equals("None");
        spec.remove("clusterIPs");
        spec.put("clusterIP", headless ? "None" : "allocated");
        spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
    }

    /** A count that no manifest names is what it was, and the quiesce step's note of it stays. */
    private static void withoutCount(ObjectNode spec, ObjectNode metadata) {
        spec.remove("replicas");
        if (metadata.path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(
                    List.of("downgrade.sourcegraph.com/quiesced-by", "downgrade.sourcegraph.com/original-replicas"));
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        }
    }

    /** Who owns fields of each object. */
    Map<ObjectKey, List<String>> managers(String namespace, ManifestBundle bundle) {
        LiveObjects live = new LiveReader().read(client, namespace, bundle).orElseThrow();
        Map<ObjectKey, List<String>> result = new TreeMap<>();
        bundle.objects().forEach(target -> live.find(target.key())
                .ifPresent(object -> result.put(
                        target.key(),
                        ManagedEntry.of(object).stream()
                                .map(ManagedEntry::manager)
                                .sorted()
                                .toList())));
        return result;
    }

    /** Tells each field that differs, instead of two objects in full. */
    static void assertSame(Map<ObjectKey, ObjectNode> actual, Map<ObjectKey, ObjectNode> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        List<String> differences = new ArrayList<>();
        actual.forEach((key, content) -> {
            Map<String, String> one = new TreeMap<>();
            Map<String, String> other = new TreeMap<>();
            fields("", content, one);
            fields("", expected.get(key), other);
            one.forEach((path, value) -> {
                if (!value.equals(other.get(path))) {
                    differences.add(key + path + " is " + value + " instead of " + other.get(path));
                }
            });
            other.forEach((path, value) -> {
                if (!one.containsKey(path)) {
                    differences.add(key + path + " is missing; it should be " + value);
                }
            });
        });
        assertThat(differences).isEmpty();
    }

    private static void fields(String path, JsonNode node, Map<String, String> into) {
        if (node.isObject() && !node.isEmpty()) {
            node.properties().forEach(entry -> fields(path + "." + entry.getKey(), entry.getValue(), into));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                fields(path + "[" + i + "]", node.get(i), into);
            }
        } else {
            into.put(path, node.toString());
        }
    }
}
