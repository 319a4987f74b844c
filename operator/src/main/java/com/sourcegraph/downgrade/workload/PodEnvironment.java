package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The environment that a pod template gives its containers, from {@code env} and {@code envFrom}, and the Secrets that
 * it mounts.
 */
final class PodEnvironment {
    /**
     * One variable.
     *
     * @param value empty where it comes from a Secret, a field, or a ConfigMap that cannot be read
     * @param secret the Secret that it comes from
     * @param source where it comes from, for people: {@code  from ConfigMap x}; empty for a literal
     * @param set whether it is known to have a value that is not empty
     */
    record Variable(
            String container,
            String name,
            Optional<String> value,
            Optional<String> secret,
            String source,
            boolean set) {}

    private final List<Variable> variables = new ArrayList<>();
    private final Set<String> wholeSecrets;

    private PodEnvironment(Set<String> wholeSecrets) {
        this.wholeSecrets = wholeSecrets;
    }

    /**
     * @param readSecrets whether Secrets may be looked up; without, the keys of a whole Secret stay unknown
     */
    static PodEnvironment of(List<Container> containers, PodSpec podSpec, EnvSources sources, boolean readSecrets) {
        Set<String> whole = Stream.concat(
                        containers.stream()
                                .flatMap(container -> Absent.orEmpty(container.getEnvFrom()).stream())
                                .filter(from -> from.getSecretRef() != null)
                                .map(from -> from.getSecretRef().getName()),
                        Absent.orEmpty(podSpec.getVolumes()).stream().flatMap(PodEnvironment::mountedSecrets))
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
        PodEnvironment environment = new PodEnvironment(whole);
        for (Container container : containers) {
            Absent.orEmpty(container.getEnvFrom())
                    .forEach(from -> environment.addAll(container, from, sources, readSecrets));
            Absent.orEmpty(container.getEnv())
                    .forEach(variable -> environment.add(container, variable, sources, readSecrets));
        }
        return environment;
    }

    List<Variable> variables() {
        return variables;
    }

    /** The Secrets that come in whole, by {@code envFrom} or as a volume. */
    Set<String> wholeSecrets() {
        return wholeSecrets;
    }

    private void addAll(Container container, EnvFromSource from, EnvSources sources, boolean readSecrets) {
        String prefix = from.getPrefix() == null ? "" : from.getPrefix();
        if (from.getConfigMapRef() != null) {
            String name = from.getConfigMapRef().getName();
            Map<String, String> data = sources.configMap(name).orElse(Map.of());
            data.forEach((key, value) -> variables.add(new Variable(
                    container.getName(),
                    prefix + key,
                    Optional.of(value),
                    Optional.empty(),
                    " from ConfigMap " + name,
                    !value.isEmpty())));
        }
        if (from.getSecretRef() != null && readSecrets) {
            String name = from.getSecretRef().getName();
            for (String key : sources.secretKeys(name).orElse(Set.of())) {
                variables.add(new Variable(
                        container.getName(),
                        prefix + key,
                        Optional.empty(),
                        Optional.of(name),
                        " from Secret " + name,
                        true));
            }
        }
    }

    private void add(Container container, EnvVar variable, EnvSources sources, boolean readSecrets) {
        if (variable.getValueFrom() == null) {
            String value = variable.getValue() == null ? "" : variable.getValue();
            variables.add(new Variable(
                    container.getName(),
                    variable.getName(),
                    Optional.of(value),
                    Optional.empty(),
                    "",
                    !value.isEmpty()));
            return;
        }
        var secret = variable.getValueFrom().getSecretKeyRef();
        if (secret != null) {
            // Whether a key is empty only matters to Grafana's data source: no other Secret is read for it.
            boolean set = Databases.grafanaHost(variable.getName())
                    && readSecrets
                    && sources.secretKeys(secret.getName()).orElse(Set.of()).contains(secret.getKey());
            variables.add(new Variable(
                    container.getName(),
                    variable.getName(),
                    Optional.empty(),
                    Optional.ofNullable(secret.getName()),
                    " from Secret " + secret.getName(),
                    set));
            return;
        }
        var configMap = variable.getValueFrom().getConfigMapKeyRef();
        Optional<String> value = configMap == null
                ? Optional.empty()
                : sources.configMap(configMap.getName()).map(data -> data.get(configMap.getKey()));
        String source = configMap == null ? "" : " from ConfigMap " + configMap.getName();
        variables.add(new Variable(
                container.getName(),
                variable.getName(),
                value,
                Optional.empty(),
                source,
                value.filter(text -> !text.isEmpty()).isPresent()));
    }

    private static Stream<String> mountedSecrets(Volume volume) {
        if (volume.getSecret() != null) {
            return Stream.ofNullable(volume.getSecret().getSecretName());
        }
        if (volume.getProjected() != null) {
            return Absent.orEmpty(volume.getProjected().getSources()).stream()
                    .filter(source -> source.getSecret() != null)
                    .map(source -> source.getSecret().getName());
        }
        return Stream.empty();
    }
}
