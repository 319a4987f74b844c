package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.release.Component;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Tells how an instance is deployed, from its objects. The chart puts its release into every selector; deploy-sourcegraph-k8s runs
 * databases, searcher and symbols as StatefulSets, deploy-sourcegraph runs all of them as Deployments. Pure.
 */
final class FlavourFinder {

    private static final List<String> HELM_LABELS = List.of("helm.sh/chart", "app.kubernetes.io/instance");

    /**
     * A flavour and, for Helm, the release's name, which is part of every selector.
     *
     * @param flavour the flavour
     * @param helmRelease the release's name, or an empty text
     */
    record Found(Flavour flavour, String helmRelease) {}

    Found find(Collection<JsonNode> objects) {
        List<WorkloadView> workloads = new ArrayList<>();
        for (JsonNode object : objects) {
            WorkloadView.of(object)
                    .filter(workload -> workload.component().isPresent())
                    .ifPresent(workloads::add);
        }
        Optional<WorkloadView> helm =
                workloads.stream().filter(FlavourFinder::helm).findFirst();
        if (helm.isPresent()) {
            return new Found(
                    Flavour.HELM,
                    helm.get().matchLabels().path("app.kubernetes.io/instance").asText(""));
        }
        return new Found(
                byKind(workloads, true).or(() -> byKind(workloads, false)).orElse(Flavour.UNKNOWN), "");
    }

    private static boolean helm(WorkloadView workload) {
        JsonNode labels = workload.content().path("metadata").path("labels");
        return HELM_LABELS.stream()
                        .anyMatch(label ->
                                labels.has(label) && workload.matchLabels().has("app.kubernetes.io/instance"))
                || labels.has("helm.sh/chart");
    }

    /** By the databases; where they are external, by searcher and symbols. */
    private static Optional<Flavour> byKind(List<WorkloadView> workloads, boolean databases) {
        return workloads.stream()
                .filter(workload -> databases
                        ? workload.database()
                        : workload.component()
                                .filter(c -> c == Component.SEARCHER || c == Component.SYMBOLS)
                                .isPresent())
                .map(workload -> workload.kind().equals("StatefulSet") ? Flavour.KUSTOMIZE : Flavour.LEGACY)
                .findFirst();
    }
}
