package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * To which release, application or Kustomization of its tool an object belongs, by the marks that the tool puts on it. One tool may hold
 * several in a namespace, and applies them all under one field manager.
 *
 * @param marks the marks by name; of Argo CD's tracking id the application alone, because the rest names the object itself
 */
record Membership(Map<String, String> marks) {

    private static final String ARGO_TRACKING = "argocd.argoproj.io/tracking-id";
    /** Argo CD's mark too, unless it is told to use another; others choose its value as they like. */
    private static final String INSTANCE = "app.kubernetes.io/instance";

    private static final Set<String> ANNOTATIONS = Set.of(
            "meta.helm.sh/release-name",
            "meta.helm.sh/release-namespace",
            ARGO_TRACKING,
            "argocd.argoproj.io/installation-id");
    private static final Set<String> LABELS = Set.of(
            "argocd.argoproj.io/instance",
            "helm.toolkit.fluxcd.io/name",
            "helm.toolkit.fluxcd.io/namespace",
            "kustomize.toolkit.fluxcd.io/name",
            "kustomize.toolkit.fluxcd.io/namespace",
            INSTANCE);

    Membership {
        marks = Map.copyOf(marks);
    }

    /** Of what no tool has marked. */
    static Membership none() {
        return new Membership(Map.of());
    }

    static Membership of(LiveObject object) {
        Map<String, String> marks = new TreeMap<>();
        JsonNode metadata = object.content().path("metadata");
        pick(metadata.path("annotations"), ANNOTATIONS, marks);
        pick(metadata.path("labels"), LABELS, marks);
        marks.computeIfPresent(ARGO_TRACKING, (name, value) -> value.split(":", 2)[0]);
        return new Membership(marks);
    }

    /**
     * Why an object belongs elsewhere than the instance; empty where none of its marks says so. An object without marks is judged by who
     * applied it alone: what was deployed in another way before may lack them.
     *
     * @param instance the membership of the instance
     */
    Optional<String> whyNotOf(Membership instance) {
        for (Map.Entry<String, String> mark : new TreeMap<>(marks).entrySet()) {
            String wanted = instance.marks.get(mark.getKey());
            boolean says = wanted != null || !mark.getKey().equals(INSTANCE);
            if (says && !mark.getValue().equals(wanted)) {
                return Optional.of("It is marked " + mark.getKey() + "=" + Excerpt.of(mark.getValue())
                        + ", the instance "
                        + (wanted == null ? "has no such mark." : mark.getKey() + "=" + Excerpt.of(wanted) + "."));
            }
        }
        return Optional.empty();
    }

    private static void pick(JsonNode values, Set<String> names, Map<String, String> into) {
        for (String name : names) {
            String value = values.path(name).asText("");
            if (!value.isEmpty()) {
                into.put(name, value);
            }
        }
    }
}
