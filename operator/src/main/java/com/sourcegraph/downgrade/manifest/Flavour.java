package com.sourcegraph.downgrade.manifest;

/** How an instance is deployed. Selectors, volumes and database workloads differ between them, so that they cannot be mixed. */
public enum Flavour {
    /** The Helm chart, rendered or installed. */
    HELM,
    /** deploy-sourcegraph-k8s: databases, searcher and symbols are StatefulSets. */
    KUSTOMIZE,
    /** deploy-sourcegraph: databases, searcher and symbols are Deployments. */
    LEGACY,
    /** Nothing that tells them apart was found. */
    UNKNOWN
}
