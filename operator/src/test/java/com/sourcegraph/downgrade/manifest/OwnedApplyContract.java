package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * What an owner's instance looks like after older manifests were applied in its name: judged by the same manifests applied to an empty
 * namespace by the same owner. Run on every API server at hand.
 */
abstract class OwnedApplyContract
        implements WholeReleaseContract, CrashContract, EveryOwnerContract, ForeignHandsContract {

    /** A connection to the API server under test. */
    abstract KubernetesClient client();

    /** Whether an object that an apply empties, and that the manifest names as empty, stays as such. */
    boolean keepsEmptyObjects() {
        return true;
    }

    @Override
    public ApplyFixture fixture() {
        return new ApplyFixture(client(), keepsEmptyObjects());
    }
}
