package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Brings one workload back. */
public final class Restorer {
    public RestoreOutcome restore(KubernetesClient client, Workload workload, String runUid, RestoreMode mode) {
        throw new UnsupportedOperationException();
    }

    /** Whether a call of {@link #restore} has something left to do. */
    public static boolean pending(Workload workload, String runUid) {
        throw new UnsupportedOperationException();
    }
}
