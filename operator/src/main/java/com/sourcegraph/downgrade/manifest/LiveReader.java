package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Reads the live objects that the target manifests are compared with: one list a kind, by label {@code deploy=sourcegraph}, and single
 * gets for what carries no such label. Secrets are only ever read by get.
 */
public final class LiveReader {

    /**
     * Reads what lives now.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException where the API server cannot be asked, also for lack of a right
     */
    public LiveObjects read(KubernetesClient client, String namespace, ManifestBundle bundle) {
        throw new UnsupportedOperationException();
    }
}
