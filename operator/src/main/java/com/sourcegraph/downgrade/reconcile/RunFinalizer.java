package com.sourcegraph.downgrade.reconcile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;

/**
 * The finalizer, which the SDK puts on before the run begins. It comes off with the end of the run: whoever uninstalls the
 * operator afterwards can delete the resource and its namespace.
 */
final class RunFinalizer {

    /** Keeps a resource that is deleted in the middle of a run from leaving the instance at zero. */
    static final String NAME = SourcegraphDowngrade.FINALIZER;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;

    RunFinalizer(KubernetesClient client) {
        this.client = client;
    }

    boolean holds(SourcegraphDowngrade resource) {
        return resource.getMetadata().getFinalizers().contains(NAME);
    }

    /**
     * Takes it off; others' stay.
     *
     * @return the resource as it is stored now; empty if someone else has written in between
     */
    Optional<SourcegraphDowngrade> takeOff(SourcegraphDowngrade resource) {
        List<String> others = resource.getMetadata().getFinalizers().stream()
                .filter(finalizer -> !finalizer.equals(NAME))
                .toList();
        ObjectNode patch = JSON.createObjectNode();
        ArrayNode finalizers = patch.putObject("metadata")
                .put("resourceVersion", resource.getMetadata().getResourceVersion())
                .putArray("finalizers");
        others.forEach(finalizers::add);
        try {
            return Optional.of(
                    client.resource(resource).patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
