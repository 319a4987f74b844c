package com.sourcegraph.downgrade.access;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.net.HttpURLConnection;

/** Makes clients that act in the name of a service account. They share the operator's connections; closing one closes nothing. */
public final class ImpersonatingClients {

    private final KubernetesClient own;

    public ImpersonatingClients(KubernetesClient own) {
        this.own = own;
    }

    /**
     * A client whose every request carries the account as its user, and so is judged by that account's rights alone.
     *
     * <p>No groups are named: an API server adds those of a service account by itself, and naming them would take the right
     * to impersonate groups, cluster-wide.
     */
    public KubernetesClient of(String namespace, String serviceAccount) {
        RequestConfig config = new RequestConfigBuilder(own.getConfiguration().getRequestConfig())
                .withImpersonateUsername("system:serviceaccount:" + namespace + ":" + serviceAccount)
                .build();
        return own.newClient(config).adapt(KubernetesClient.class);
    }

    /** Whether a request was refused because the operator may not act in that account's name, whatever it was about. */
    public static boolean refused(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
                && e.getMessage() != null
                && e.getMessage().contains(" cannot impersonate ");
    }
}
