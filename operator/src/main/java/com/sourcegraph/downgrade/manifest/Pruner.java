package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Deletes what only the newer release has: exactly the object that was looked at, or nothing. */
public final class Pruner {

    /**
     * Deletes one object with its uid and resource version as precondition. An object that is gone already is
     * {@link WriteOutcome.Written}; one that waits for its dependents is {@link WriteOutcome.InProgress}.
     *
     * @param writer the client that impersonates the instance's service account
     */
    public WriteOutcome delete(KubernetesClient writer, String namespace, Removal removal) {
        throw new UnsupportedOperationException();
    }
}
