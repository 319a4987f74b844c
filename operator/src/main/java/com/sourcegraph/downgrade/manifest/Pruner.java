package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** Deletes what only the newer release has: exactly the object that was looked at, or nothing. */
public final class Pruner {

    /**
     * Deletes one object with its uid and resource version as precondition. An object that is gone already is
     * {@link WriteOutcome.Written}; one that waits for its dependents is {@link WriteOutcome.InProgress}.
     *
     * @param writer the client that impersonates the instance's service account
     */
    public WriteOutcome delete(KubernetesClient writer, String namespace, Removal removal) {
        ObjectKey key = removal.key();
        LiveObject live = removal.live();
        if (live.terminating()) {
            return new WriteOutcome.InProgress(key, "Waiting until " + key + " and what belongs to it are gone.");
        }
        ObjectApi api = new ObjectApi(writer, namespace);
        String plural = ServedKind.guessPlural(key.kind());
        try {
            Optional<ServedKind> kind = api.resolve(live.apiVersion(), key.kind());
            if (kind.isEmpty()) {
                return new WriteOutcome.Written(key, 0);
            }
            plural = kind.get().plural();
            return new WriteOutcome.Written(key, 1, api.delete(kind.get(), live));
        } catch (KubernetesClientException e) {
            Refusal refusal = Refusal.of(e);
            String message = key + ": " + refusal.message();
            return switch (refusal.kind()) {
                case NOT_FOUND -> new WriteOutcome.Written(key, 1);
                case FORBIDDEN ->
                    new WriteOutcome.Forbidden(
                            key, new Permission("delete", key.apiGroup(), plural, "delete " + key), message);
                case CONFLICT -> new WriteOutcome.Conflict(key, message);
                case REJECTED -> new WriteOutcome.Rejected(key, message);
                case UNAVAILABLE -> new WriteOutcome.Unavailable(key, message);
            };
        }
    }
}
