package com.sourcegraph.downgrade.database;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Resolves the environment that the migrator has in a pod of the frontend: that of its init container {@code migrator},
 * else of its container {@code frontend}. ConfigMaps and Secrets are read by name, never listed. {@code fieldRef} and
 * {@code resourceFieldRef} are left out: they say nothing about databases.
 */
public final class EnvironmentReader {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([-._a-zA-Z][-._a-zA-Z0-9]*)\\)");

    private final KubernetesClient client;

    public EnvironmentReader(KubernetesClient client) {
        this.client = client;
    }

    /**
     * @throws KubernetesClientException if the API does not answer; a refusal (403) and an object that does not exist
     *     are in {@link ResolvedEnvironment#missing()} instead
     */
    public ResolvedEnvironment read(String namespace, PodSpec pod) {
        return container(pod)
                .map(found -> new Resolution(namespace).resolve(found))
                .orElseGet(() -> new ResolvedEnvironment(
                        Map.of(),
                        List.of("The frontend's pod template in namespace " + namespace
                                + " has neither an init container \"migrator\" nor a container \"frontend\"")));
    }

    private static Optional<Container> container(PodSpec pod) {
        return Stream.concat(
                        pod.getInitContainers().stream().filter(c -> "migrator".equals(c.getName())),
                        pod.getContainers().stream().filter(c -> "frontend".equals(c.getName())))
                .findFirst();
    }

    /** One container's environment in the making; each object is read once. */
    private final class Resolution {
        private final String namespace;
        private final Map<String, Optional<Map<String, String>>> objects = new HashMap<>();
        private final Map<String, String> refusals = new HashMap<>();
        private final Map<String, String> variables = new LinkedHashMap<>();
        private final List<String> missing = new ArrayList<>();

        Resolution(String namespace) {
            this.namespace = namespace;
        }

        ResolvedEnvironment resolve(Container container) {
            container.getEnvFrom().forEach(this::addAll);
            container.getEnv().forEach(this::add);
            return new ResolvedEnvironment(variables, missing);
        }

        private void addAll(EnvFromSource source) {
            String prefix = source.getPrefix() == null ? "" : source.getPrefix();
            if (source.getConfigMapRef() != null) {
                String name = source.getConfigMapRef().getName();
                entries("ConfigMap", name, source.getConfigMapRef().getOptional())
                        .ifPresent(data -> data.forEach((key, value) -> variables.put(prefix + key, value)));
            }
            if (source.getSecretRef() != null) {
                String name = source.getSecretRef().getName();
                entries("Secret", name, source.getSecretRef().getOptional())
                        .ifPresent(data -> data.forEach((key, value) -> variables.put(prefix + key, value)));
            }
        }

        private void add(EnvVar variable) {
            EnvVarSource from = variable.getValueFrom();
            if (from == null) {
                String value = variable.getValue() == null ? "" : variable.getValue();
                variables.put(variable.getName(), expanded(value));
            } else if (from.getConfigMapKeyRef() != null) {
                var ref = from.getConfigMapKeyRef();
                addKey(variable.getName(), "ConfigMap", ref.getName(), ref.getKey(), ref.getOptional());
            } else if (from.getSecretKeyRef() != null) {
                var ref = from.getSecretKeyRef();
                addKey(variable.getName(), "Secret", ref.getName(), ref.getKey(), ref.getOptional());
            }
        }

        private void addKey(String variable, String kind, String name, String key, Boolean optional) {
            entries(kind, name, optional).ifPresent(data -> {
                if (data.containsKey(key)) {
                    variables.put(variable, data.get(key));
                } else if (!Boolean.TRUE.equals(optional)) {
                    missing.add("Key \"" + key + "\" of " + kind + " " + namespace + "/" + name + ", for variable "
                            + variable);
                }
            });
        }

        private Optional<Map<String, String>> entries(String kind, String name, Boolean optional) {
            String id = kind + "/" + name;
            Optional<Map<String, String>> found = objects.computeIfAbsent(
                    id,
                    key -> kind.equals("Secret")
                            ? allowed(id, () -> secret(name))
                            : allowed(id, () -> configMap(name)));
            if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
                String line = kind + " " + namespace + "/" + name + " " + refusals.getOrDefault(id, "does not exist");
                if (!missing.contains(line)) {
                    missing.add(line);
                }
            }
            return found;
        }

        private Optional<Map<String, String>> allowed(String id, Supplier<Optional<Map<String, String>>> read) {
            try {
                return read.get();
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
                    throw e;
                }
                refusals.put(id, "may not be read: the service account in use lacks \"get\" on it");
                return Optional.empty();
            }
        }

        private Optional<Map<String, String>> configMap(String name) {
            ConfigMap found =
                    client.configMaps().inNamespace(namespace).withName(name).get();
            return Optional.ofNullable(found).map(map -> map.getData() == null ? Map.of() : map.getData());
        }

        private Optional<Map<String, String>> secret(String name) {
            Secret found =
                    client.secrets().inNamespace(namespace).withName(name).get();
            return Optional.ofNullable(found).map(secret -> {
                Map<String, String> data = new LinkedHashMap<>();
                if (secret.getData() != null) {
                    secret.getData()
                            .forEach((key, value) -> data.put(
                                    key, new String(Base64.getMimeDecoder().decode(value), StandardCharsets.UTF_8)));
                }
                return data;
            });
        }

        /** As the kubelet does: {@code $(NAME)} of an earlier variable is replaced, of an unknown one kept, {@code $$} is {@code $}. */
        private String expanded(String value) {
            Matcher reference = REFERENCE.matcher(value);
            return reference.replaceAll(match -> {
                if (match.group(1) == null) {
                    return Matcher.quoteReplacement("$");
                }
                return Matcher.quoteReplacement(variables.getOrDefault(match.group(1), match.group()));
            });
        }
    }
}
