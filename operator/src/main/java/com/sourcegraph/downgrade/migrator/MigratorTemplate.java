package com.sourcegraph.downgrade.migrator;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the instance itself runs its migrator: everything that a Job has to take over from the frontend's pod so that it
 * reaches the same databases under the same conditions. References to Secrets stay references.
 *
 * @param image empty if the frontend has no init container {@code migrator}: then an image must be named
 * @param sidecars init containers that keep running beside the migrator ({@code restartPolicy: Always}), such as a
 *     database proxy
 * @param volumes those that the containers mount
 * @param usesApiToken whether the pod's service account is how it gets into the databases
 *     ({@code PG_CONNECTION_UPDATER}), so that its token must be mounted
 */
public record MigratorTemplate(
        Optional<String> image,
        List<EnvVar> env,
        List<EnvFromSource> envFrom,
        List<VolumeMount> volumeMounts,
        Optional<SecurityContext> securityContext,
        Optional<String> imagePullPolicy,
        List<Container> sidecars,
        List<Volume> volumes,
        Optional<PodSecurityContext> podSecurityContext,
        Map<String, String> nodeSelector,
        Optional<Affinity> affinity,
        List<Toleration> tolerations,
        Optional<String> priorityClassName,
        Optional<String> runtimeClassName,
        Optional<String> serviceAccountName,
        boolean usesApiToken,
        List<LocalObjectReference> imagePullSecrets,
        List<HostAlias> hostAliases,
        Optional<String> dnsPolicy,
        Optional<PodDNSConfig> dnsConfig) {
    public MigratorTemplate {
        env = List.copyOf(env);
        envFrom = List.copyOf(envFrom);
        volumeMounts = List.copyOf(volumeMounts);
        sidecars = List.copyOf(sidecars);
        volumes = List.copyOf(volumes);
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
        imagePullSecrets = List.copyOf(imagePullSecrets);
        hostAliases = List.copyOf(hostAliases);
    }

    /** Without values of variables: legacy manifests hold passwords in them. */
    @Override
    public String toString() {
        return "MigratorTemplate[image=" + image.orElse("") + ", variables="
                + env.stream().map(EnvVar::getName).toList() + "]";
    }
}
