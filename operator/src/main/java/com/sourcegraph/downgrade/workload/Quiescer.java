package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Takes one workload to zero. */
public final class Quiescer {
    public QuiesceOutcome quiesce(KubernetesClient client, Workload workload, String runUid) {
        throw new UnsupportedOperationException();
    }
}
