package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;

/**
 * The one place that writes the status. Every write carries the resource version that was decided on: whoever is late
 * writes nothing, and so does nothing.
 */
public final class StatusWriter {

    private final KubernetesClient client;
    private final Transitions transitions;

    public StatusWriter(KubernetesClient client, Transitions transitions) {
        this.client = client;
        this.transitions = transitions;
    }

    /**
     * Writes the status, tells of what changed, and gives back the resource as it is stored now. Nothing is written if
     * nothing changed.
     *
     * @return empty if someone else has written in between: decide anew on what is there
     * @throws StatusNotKeptException if fields of it were dropped
     */
    public Optional<SourcegraphDowngrade> write(SourcegraphDowngrade resource, SourcegraphDowngradeStatus status) {
        if (status.equals(resource.getStatus())) {
            return Optional.of(resource);
        }
        return store(resource, status);
    }

    /**
     * Writes the status before a deed. The request is made even if nothing changed: only the API server can tell that
     * nobody else is ahead.
     */
    public Optional<SourcegraphDowngrade> writeAhead(SourcegraphDowngrade resource, SourcegraphDowngradeStatus status) {
        return store(resource, status);
    }

    private Optional<SourcegraphDowngrade> store(SourcegraphDowngrade resource, SourcegraphDowngradeStatus status) {
        SourcegraphDowngrade next = new SourcegraphDowngrade();
        next.setMetadata(new ObjectMetaBuilder(resource.getMetadata()).build());
        next.setSpec(resource.getSpec());
        next.setStatus(status);
        try {
            SourcegraphDowngrade stored = client.resource(next)
                    .lockResourceVersion(resource.getMetadata().getResourceVersion())
                    .updateStatus();
            transitions.tell(resource, stored);
            if (!status.equals(stored.getStatus())) {
                throw new StatusNotKeptException();
            }
            return Optional.of(stored);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
