package com.sourcegraph.downgrade.migrator;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Looks keys up in the cluster by {@code get}, each object once. Make one per look; not for several threads. */
public final class ClusterKeyLookup implements KeyLookup {
    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, Optional<Set<String>>> seen = new HashMap<>();

    public ClusterKeyLookup(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Optional<Set<String>> configMap(String name) {
        return seen.computeIfAbsent(
                "ConfigMap/" + name,
                key -> allowed(() -> {
                    ConfigMap found = client.configMaps()
                            .inNamespace(namespace)
                            .withName(name)
                            .get();
                    return Optional.ofNullable(found).map(map -> keys(map.getData()));
                }));
    }

    @Override
    public Optional<Set<String>> secret(String name) {
        return seen.computeIfAbsent(
                "Secret/" + name,
                key -> allowed(() -> {
                    Secret found = client.secrets()
                            .inNamespace(namespace)
                            .withName(name)
                            .get();
                    return Optional.ofNullable(found).map(secret -> keys(secret.getData()));
                }));
    }

    private static Set<String> keys(Map<String, String> data) {
        return data == null ? Set.of() : Set.copyOf(data.keySet());
    }

    private static Optional<Set<String>> allowed(Supplier<Optional<Set<String>>> read) {
        try {
            return read.get();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
