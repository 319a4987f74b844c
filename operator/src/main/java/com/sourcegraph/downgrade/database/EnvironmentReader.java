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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Resolves the environment that the migrator has in a pod of the frontend: that of its init container {@code migrator},
 * else of its container {@code frontend}. ConfigMaps and Secrets are read by name, never listed. {@code fieldRef} and
 * {@code resourceFieldRef} are left out: they say nothing about databases.
 *
 * <p>What it reads and keeps is bounded, whatever the pod template says: four variables that each name the one before 200
 * times are 8 GB. Linux starts no process with a variable of more than 128 KiB.
 */
public final class EnvironmentReader {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([-._a-zA-Z][-._a-zA-Z0-9]*+)\\)");

    /** Of one variable's value, in characters. */
    private static final int LONGEST_VALUE = 64 * 1024;

    private static final int LONGEST_NAME = 1024;

    /** Of all names and values, also of those that a later one replaces, in characters. */
    private static final int LARGEST = 1024 * 1024;

    /** Of all ConfigMaps and Secrets that are kept while one environment is made, in characters. */
    private static final int MOST_READ = 4 * 1024 * 1024;

    private static final int MOST_OBJECTS = 200;

    /** Who has so much to mend needs no more of it. */
    private static final int MOST_MISSING = 50;

    private static final int LONGEST_SHOWN = 100;

    private static final String TOO_LONG = "is longer than " + LONGEST_VALUE / 1024 + " KiB";
    private static final String REFERS = "refers to ";
    private static final String REMEDY = "take out of the frontend Deployment, or of the ConfigMaps and Secrets that it"
            + " names, what it does not need";

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
                        Map.of(),
                        Optional.empty(),
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
        private final Map<String, String> unusable = new HashMap<>();
        private final Set<String> missing = new LinkedHashSet<>();
        private long size;
        private long read;

        Resolution(String namespace) {
            this.namespace = namespace;
        }

        ResolvedEnvironment resolve(Container container) {
            try {
                container.getEnvFrom().forEach(this::addAll);
                container.getEnv().forEach(this::add);
                return new ResolvedEnvironment(variables, unusable, Optional.empty(), missing());
            } catch (TooLargeException e) {
                return new ResolvedEnvironment(Map.of(), Map.of(), Optional.of(e.getMessage()), missing());
            }
        }

        private List<String> missing() {
            List<String> shown =
                    new ArrayList<>(missing.stream().limit(MOST_MISSING).toList());
            if (missing.size() > MOST_MISSING) {
                shown.add((missing.size() - MOST_MISSING) + " more");
            }
            return shown;
        }

        private void addAll(EnvFromSource source) {
            String prefix = source.getPrefix() == null ? "" : source.getPrefix();
            if (source.getConfigMapRef() != null) {
                String name = source.getConfigMapRef().getName();
                entries("ConfigMap", name, source.getConfigMapRef().getOptional())
                        .ifPresent(data -> data.forEach((key, value) -> put(prefix, key, value)));
            }
            if (source.getSecretRef() != null) {
                String name = source.getSecretRef().getName();
                entries("Secret", name, source.getSecretRef().getOptional())
                        .ifPresent(data -> data.forEach((key, value) -> put(prefix, key, value)));
            }
        }

        private void put(String prefix, String key, String value) {
            if (prefix.length() + key.length() > LONGEST_NAME) {
                // No database's; who refers to it is told.
                count(prefix, LONGEST_NAME);
                return;
            }
            String name = prefix + key;
            if (value.length() > LONGEST_VALUE) {
                refuse(name, TOO_LONG);
            } else {
                count(name, name.length() + value.length());
                unusable.remove(name);
                variables.put(name, value);
            }
        }

        /** What it replaces goes too: that may lead to another database. */
        private void refuse(String name, String reason) {
            count(name, name.length());
            variables.remove(name);
            unusable.put(name, reason);
        }

        private void count(String name, int length) {
            size += length;
            if (size > LARGEST) {
                throw new TooLargeException("With variable " + shown(name)
                        + ", the environment of the frontend is larger than 1 MiB, so none of it is used; " + REMEDY);
            }
        }

        private void add(EnvVar variable) {
            EnvVarSource from = variable.getValueFrom();
            if (from == null) {
                String value = variable.getValue() == null ? "" : variable.getValue();
                expand(variable.getName(), value);
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
                    put("", variable, data.get(key));
                } else if (!Boolean.TRUE.equals(optional)) {
                    missing.add("Key \"" + key + "\" of " + kind + " " + namespace + "/" + name + ", for variable "
                            + variable);
                }
            });
        }

        private Optional<Map<String, String>> entries(String kind, String name, Boolean optional) {
            String id = kind + "/" + name;
            Optional<Map<String, String>> found = objects.get(id);
            if (found == null) {
                found = readOnce(kind, name, id);
                objects.put(id, found);
            }
            if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
                String line = kind + " " + namespace + "/" + name + " " + refusals.getOrDefault(id, "does not exist");
                missing.add(line);
            }
            return found;
        }

        private Optional<Map<String, String>> readOnce(String kind, String name, String id) {
            if (objects.size() >= MOST_OBJECTS) {
                throw new TooLargeException("The environment of the frontend refers to more than " + MOST_OBJECTS
                        + " ConfigMaps and Secrets, so none of it is used; " + REMEDY);
            }
            Optional<Map<String, String>> found =
                    kind.equals("Secret") ? allowed(id, () -> secret(name)) : allowed(id, () -> configMap(name));
            for (Map.Entry<String, String> entry : found.orElse(Map.of()).entrySet()) {
                read += entry.getKey().length() + entry.getValue().length();
            }
            if (read > MOST_READ) {
                throw new TooLargeException("With " + kind + " " + namespace + "/" + shown(name)
                        + ", what the environment of the frontend refers to is larger than 4 MiB, so none of it is used; "
                        + REMEDY);
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

        /**
         * As the kubelet does: {@code $(NAME)} of an earlier variable is replaced, of an unknown one kept, {@code $$} is
         * {@code $}. It stops at the bound.
         */
        private void expand(String name, String value) {
            StringBuilder expanded = new StringBuilder();
            Matcher reference = REFERENCE.matcher(value);
            int end = 0;
            while (reference.find()) {
                expanded.append(value, end, Math.min(reference.start(), end + LONGEST_VALUE + 1));
                end = reference.end();
                String target = reference.group(1);
                if (target == null) {
                    expanded.append('$');
                } else if (unusable(target).isPresent()) {
                    refuse(name, unusable(target).get());
                    return;
                } else {
                    expanded.append(variables.getOrDefault(target, reference.group()));
                }
                if (expanded.length() > LONGEST_VALUE) {
                    refuse(name, TOO_LONG);
                    return;
                }
            }
            if (expanded.length() + value.length() - end > LONGEST_VALUE) {
                refuse(name, TOO_LONG);
            } else {
                put("", name, expanded.append(value, end, value.length()).toString());
            }
        }

        /** Why whoever refers to that variable cannot be used; the first cause, so that a long chain has no long reason. */
        private Optional<String> unusable(String name) {
            if (name.length() > LONGEST_NAME) {
                return Optional.of(
                        REFERS + shown(name) + ", whose name is longer than " + LONGEST_NAME + " characters");
            }
            return Optional.ofNullable(unusable.get(name))
                    .map(reason -> reason.startsWith(REFERS) ? reason : REFERS + shown(name) + ", which " + reason);
        }
    }

    private static String shown(String name) {
        return name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
    }

    /** The environment as a whole is beyond a bound; the message is for people. */
    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooLargeException(String message) {
            super(message);
        }
    }
}
