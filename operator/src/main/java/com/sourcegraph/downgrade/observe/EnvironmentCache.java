package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.workload.EnvSources;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ConfigMaps and Secrets that environments come from, each read once until it is told to forget: which variables a
 * workload has changes only when someone applies manifests. Of a Secret only the names of its keys are kept.
 */
final class EnvironmentCache implements EnvSources {

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, Optional<Map<String, String>>> configMaps = new HashMap<>();
    private final Map<String, Optional<Set<String>>> secrets = new HashMap<>();

    EnvironmentCache(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Everything is read anew. */
    void forget() {
        configMaps.clear();
        secrets.clear();
    }

    @Override
    public Optional<Map<String, String>> configMap(String name) {
        return configMaps.computeIfAbsent(name, this::readConfigMap);
    }

    @Override
    public Optional<Set<String>> secretKeys(String name) {
        return secrets.computeIfAbsent(name, this::readSecretKeys);
    }

    private Optional<Map<String, String>> readConfigMap(String name) {
        try {
            ConfigMap map =
                    client.configMaps().inNamespace(namespace).withName(name).get();
            return Optional.ofNullable(map).map(found -> found.getData() == null ? Map.of() : found.getData());
        } catch (KubernetesClientException e) {
            return emptyIfForbidden(e);
        }
    }

    private Optional<Set<String>> readSecretKeys(String name) {
        try {
            Secret secret =
                    client.secrets().inNamespace(namespace).withName(name).get();
            return Optional.ofNullable(secret)
                    .map(found -> found.getData() == null ? Map.<String, String>of() : found.getData())
                    .map(data -> data.entrySet().stream()
                            .filter(entry -> entry.getValue() != null
                                    && !entry.getValue().isEmpty())
                            .map(Map.Entry::getKey)
                            .collect(Collectors.toUnmodifiableSet()));
        } catch (KubernetesClientException e) {
            return emptyIfForbidden(e);
        }
    }

    private static <T> Optional<T> emptyIfForbidden(KubernetesClientException e) {
        if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
            return Optional.empty();
        }
        throw e;
    }
}
