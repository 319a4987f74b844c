package com.sourcegraph.downgrade.manifest;

import java.util.Map;

/**
 * Who applied the instance's objects, read from its frontend Deployment.
 *
 * @param manager the field manager, for example {@code kubectl-client-side-apply}, {@code helm}, {@code argocd-controller}
 * @param style how it applies
 * @param annotations what the owner puts on every object of its own, for new objects ({@code meta.helm.sh/release-name} …)
 * @param labels the same for labels ({@code kustomize.toolkit.fluxcd.io/name} …)
 */
public record InstanceOwner(String manager, Style style, Map<String, String> annotations, Map<String, String> labels) {

    /** How an owner applies. */
    public enum Style {
        /** {@code kubectl apply}: update, with the configuration last applied in an annotation. */
        CLIENT_SIDE_APPLY,
        /** Server-side apply. */
        SERVER_SIDE_APPLY,
        /** Plain updates and patches: Helm 3, most tools. */
        UPDATE
    }

    public InstanceOwner {
        annotations = Map.copyOf(annotations);
        labels = Map.copyOf(labels);
    }
}
