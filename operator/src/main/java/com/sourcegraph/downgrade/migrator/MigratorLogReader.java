package com.sourcegraph.downgrade.migrator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * Reads the log of a container that has ended: one request, bounded, from the end. The text is as it is; what is shown
 * of it must go through a parser with a redactor.
 */
public final class MigratorLogReader {
    private static final int LINES = 20_000;
    private static final int BYTES = 8 * 1024 * 1024;

    private final KubernetesClient client;

    public MigratorLogReader(KubernetesClient client) {
        this.client = client;
    }

    /**
     * @return empty if the pod, or the log, is gone
     * @throws KubernetesClientException if the API does not answer
     */
    public Optional<String> read(String namespace, String pod, String container) {
        try {
            // The client's own getLog first lists the pod, and waits for one that does not run.
            return Optional.ofNullable(client.raw("/api/v1/namespaces/" + namespace + "/pods/" + pod + "/log?container="
                    + container + "&tailLines=" + LINES + "&limitBytes=" + BYTES));
        } catch (KubernetesClientException e) {
            // 400: the container never started, or its log was rotated away. 5xx after the client's own retries: its
            // node does
            // not answer, perhaps never again; how the container ended stands in the pod's status.
            boolean gone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST
                    || e.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR;
            if (gone) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
