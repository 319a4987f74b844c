package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Asks the API server whether it would accept a target object, by the one dry run that judges rightly. Stores nothing. */
public final class DryRunJudge {

    /**
     * Judges one object; those that need no request are accepted without asking.
     *
     * @param writer the client that impersonates the instance's service account: its rights are judged as well
     */
    public Verdict judge(KubernetesClient writer, String namespace, ObjectPlan plan, InstanceOwner owner) {
        throw new UnsupportedOperationException();
    }
}
