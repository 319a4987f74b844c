package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What deployment tools add to the objects that they apply, beyond the manifests. Rendered manifests do not have it; without it the tool
 * takes the object for somebody else's: {@code helm upgrade} fails with "invalid ownership metadata", Argo CD and Flux no longer find it.
 * So it is carried over from the live object, and given to new ones.
 */
final class OwnerMarks {

    private static final String HELM_RELEASE = "meta.helm.sh/release-";
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String ARGO_TRACKING = "argocd.argoproj.io/tracking-id";
    private static final String ARGO_INSTALLATION = "argocd.argoproj.io/installation-id";
    private static final List<String> FLUX_LABELS =
            List.of("kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/", "argocd.argoproj.io/instance");

    /** The marks among the annotations of an object. */
    Map<String, String> annotations(LiveObject live) {
        return pick(
                live.content().path("metadata").path("annotations"),
                name -> name.startsWith(HELM_RELEASE) || name.equals(ARGO_TRACKING) || name.equals(ARGO_INSTALLATION));
    }

    /** The marks among the labels of an object. */
    Map<String, String> labels(LiveObject live) {
        boolean helm = !live.annotation(HELM_RELEASE + "name").isEmpty();
        return pick(
                live.content().path("metadata").path("labels"),
                name -> helm && name.equals(MANAGED_BY) || FLUX_LABELS.stream().anyMatch(name::startsWith));
    }

    /**
     * The marks that a new object gets, from those of an object that exists: Argo CD's names the object itself
     * ({@code <application>:<group>/<kind>:<namespace>/<name>}).
     */
    Map<String, String> annotationsFor(Map<String, String> ofExisting, ObjectKey created, String namespace) {
        Map<String, String> result = new TreeMap<>(ofExisting);
        result.computeIfPresent(
                ARGO_TRACKING,
                (name, value) -> value.split(":", 2)[0] + ":" + created.apiGroup() + "/" + created.kind() + ":"
                        + namespace + "/" + created.name());
        return result;
    }

    /** Adds marks to an object that is to be applied; what the manifest itself says wins. */
    void add(ObjectNode object, Map<String, String> annotations, Map<String, String> labels) {
        add(object, "annotations", annotations);
        add(object, "labels", labels);
    }

    private static void add(ObjectNode object, String field, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode node = object.withObjectProperty("metadata").withObjectProperty(field);
            values.forEach((name, value) -> {
                if (!node.has(name)) {
                    node.put(name, value);
                }
            });
        }
    }

    private static Map<String, String> pick(JsonNode values, Predicate<String> wanted) {
        Map<String, String> result = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : values.properties()) {
            if (wanted.test(entry.getKey())) {
                result.put(entry.getKey(), entry.getValue().asText());
            }
        }
        return result;
    }
}
