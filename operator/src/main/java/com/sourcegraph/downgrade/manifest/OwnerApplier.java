package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Applies one target object in the name of its owner, so that it becomes the target and the owner's next apply works. */
public final class OwnerApplier {

    /** The prefix of our field manager. */
    public static final String FIELD_MANAGER = "sourcegraph-downgrade-operator";

    /**
     * Brings one object to what its plan says. May be called again after any failure or crash: it continues from what lives.
     *
     * @param writer the client that impersonates the instance's service account
     * @param plan the object's plan; its live object is the base, and a change made since is a {@link WriteOutcome.Conflict}
     * @param owner the owner of the instance's other objects, for those that do not exist
     */
    public WriteOutcome apply(KubernetesClient writer, String namespace, ObjectPlan plan, InstanceOwner owner) {
        throw new UnsupportedOperationException();
    }
}
