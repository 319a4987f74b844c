package com.sourcegraph.downgrade.migrator;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the {@link MigratorTemplate} from the frontend's Deployment: in all flavours that is the one object that knows
 * the way to the databases. Take it before anything is scaled or applied.
 */
public final class MigratorTemplateReader {
    private static final String CONNECTION_UPDATER = "PG_CONNECTION_UPDATER";

    /** Variables that the migrator has a sound default for, so that a missing key need not hold its pod up. */
    private static final Pattern DEFAULTED = Pattern.compile("(CODEINTEL_|CODEINSIGHTS_)?PG(SSLMODE|PORT)");

    private final KeyLookup keys;

    /** @param keys of the Deployment's namespace */
    public MigratorTemplateReader(KeyLookup keys) {
        this.keys = keys;
    }

    /**
     * Takes the init container {@code migrator}, else the container {@code frontend}; empty if there is neither.
     *
     * <p>A required reference to a key that does not exist would hold the pod in {@code CreateContainerConfigError}: the
     * charts from 6.0 on ask for the key {@code sslmode}, which a Secret made earlier does not have. Such a reference
     * becomes optional where the migrator has a default; any other missing key stays required, so that Kubernetes names
     * it.
     */
    public Optional<MigratorTemplate> read(Deployment frontend) {
        PodSpec pod = frontend.getSpec().getTemplate().getSpec();
        Optional<Container> migrator = named(pod.getInitContainers(), "migrator");
        return migrator.or(() -> named(pod.getContainers(), "frontend"))
                .map(container -> template(pod, container, migrator.map(Container::getImage)));
    }

    private MigratorTemplate template(PodSpec pod, Container container, Optional<String> image) {
        List<Container> sidecars = pod.getInitContainers().stream()
                .takeWhile(other -> !"migrator".equals(other.getName()))
                .filter(other -> "Always".equals(other.getRestartPolicy()))
                .toList();
        return new MigratorTemplate(
                image,
                container.getEnv().stream().map(this::tolerant).toList(),
                container.getEnvFrom(),
                container.getVolumeMounts(),
                Optional.ofNullable(container.getSecurityContext()),
                Optional.ofNullable(container.getImagePullPolicy()),
                sidecars,
                mounted(pod.getVolumes(), container, sidecars),
                Optional.ofNullable(pod.getSecurityContext()),
                pod.getNodeSelector() == null ? Map.of() : pod.getNodeSelector(),
                Optional.ofNullable(pod.getAffinity()),
                pod.getTolerations(),
                Optional.ofNullable(pod.getPriorityClassName()),
                Optional.ofNullable(pod.getRuntimeClassName()),
                Optional.ofNullable(pod.getServiceAccountName()),
                usesApiToken(container),
                pod.getImagePullSecrets(),
                pod.getHostAliases(),
                Optional.ofNullable(pod.getDnsPolicy()),
                Optional.ofNullable(pod.getDnsConfig()));
    }

    private EnvVar tolerant(EnvVar variable) {
        SecretKeySelector ref =
                variable.getValueFrom() == null ? null : variable.getValueFrom().getSecretKeyRef();
        boolean missing = ref != null
                && !Boolean.TRUE.equals(ref.getOptional())
                && DEFAULTED.matcher(variable.getName()).matches()
                && keys.secret(ref.getName())
                        .map(found -> !found.contains(ref.getKey()))
                        .orElse(false);
        return missing
                ? new EnvVarBuilder(variable)
                        .editValueFrom()
                        .editSecretKeyRef()
                        .withOptional(true)
                        .endSecretKeyRef()
                        .endValueFrom()
                        .build()
                : variable;
    }

    private boolean usesApiToken(Container container) {
        return container.getEnv().stream().anyMatch(variable -> CONNECTION_UPDATER.equals(variable.getName()))
                || container.getEnvFrom().stream().anyMatch(this::bringsConnectionUpdater);
    }

    private boolean bringsConnectionUpdater(EnvFromSource source) {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        Stream<Optional<Set<String>>> found = Stream.of(
                source.getConfigMapRef() == null
                        ? Optional.empty()
                        : keys.configMap(source.getConfigMapRef().getName()),
                source.getSecretRef() == null
                        ? Optional.empty()
                        : keys.secret(source.getSecretRef().getName()));
        return found.flatMap(Optional::stream)
                .flatMap(Set::stream)
                .anyMatch(key -> CONNECTION_UPDATER.equals(prefix + key));
    }

    private static List<Volume> mounted(List<Volume> volumes, Container container, List<Container> sidecars) {
        List<VolumeMount> mounts = new ArrayList<>(container.getVolumeMounts());
        sidecars.forEach(sidecar -> mounts.addAll(sidecar.getVolumeMounts()));
        Set<String> names = mounts.stream()
                .map(VolumeMount::getName)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return volumes.stream()
                .filter(volume -> names.contains(volume.getName()))
                .toList();
    }

    private static Optional<Container> named(List<Container> containers, String name) {
        return containers.stream()
                .filter(container -> name.equals(container.getName()))
                .findFirst();
    }
}
