package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Reads the target manifests from a ConfigMap or Secret of the resource's namespace, with one get. */
public final class ManifestReader {

    /**
     * Reads all of it or says everything that is wrong with it.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException where the API server cannot be asked (but for 403 and 404, which a
     *     person can repair and which come back as {@link ManifestReading.Unreadable})
     */
    public ManifestReading read(KubernetesClient client, String namespace, ManifestSource source) {
        throw new UnsupportedOperationException();
    }
}
