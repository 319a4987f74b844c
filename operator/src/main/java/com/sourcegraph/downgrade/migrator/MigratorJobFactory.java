package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.release.Schema;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the migrator's Jobs. The same request gives the same Job, byte for byte.
 *
 * <p>One pod, never started twice ({@code backoffLimit: 0}, {@code restartPolicy: Never}): Kubernetes would repeat the
 * same arguments, and a second downgrade after partial progress fails its drift check or silently skips a migration. No
 * deadline kills it in the middle of one, and nothing removes the evidence after it but the resource's own end.
 */
public final class MigratorJobFactory {
    /** Variables that would change the migrator's course or hide its output. */
    private static final Set<String> LEFT_OUT = Set.of("COLOR", "SRC_AUTOUPGRADE", "SRC_DEVELOPMENT");

    /** {@code migrator downgrade} in one container. */
    public Job downgrade(JobRequest request) {
        MigratorCommand command = new MigratorCommand(request.migratorRelease());
        return job(
                request,
                MigratorJobKind.DOWNGRADE,
                Map.of(
                        MigratorContainers.DOWNGRADE,
                        command.downgrade(request.from(), request.to(), request.skipDriftCheck())));
    }

    /** One pod with a dry run and a look for drift in each schema; containers of a pod run side by side. */
    public Job checks(JobRequest request) {
        MigratorCommand command = new MigratorCommand(request.migratorRelease());
        Map<String, List<String>> containers = new LinkedHashMap<>();
        containers.put(MigratorContainers.DRY_RUN, command.dryRun(request.from(), request.to()));
        containers.putAll(drifts(request, command));
        return job(request, MigratorJobKind.CHECKS, containers);
    }

    /** One pod with a look for drift in each schema. */
    public Job drift(JobRequest request) {
        return job(request, MigratorJobKind.DRIFT, drifts(request, new MigratorCommand(request.migratorRelease())));
    }

    /** The name that a Job of that request has or will have. */
    public String name(String runName, MigratorJobKind kind, int attempt) {
        return MigratorJobName.of(runName, kind, attempt);
    }

    /**
     * Whether the Job that is in the way of {@code wanted} (409 on create) is the very one, made before a crash: owned
     * by the same resource and doing the same.
     */
    public boolean isSame(Job wanted, Job existing) {
        return isOurs(wanted, existing)
                && annotation(wanted, MigratorLabels.SPEC_HASH).equals(annotation(existing, MigratorLabels.SPEC_HASH));
    }

    /**
     * Whether the existing Job is of the same resource, kind and attempt, though perhaps of another shape: the frontend,
     * or the operator, has changed between two tries to create it.
     */
    public boolean isOurs(Job wanted, Job existing) {
        return wanted.getMetadata().getName().equals(existing.getMetadata().getName())
                && label(wanted, MigratorLabels.RUN_UID).equals(label(existing, MigratorLabels.RUN_UID))
                && label(wanted, MigratorLabels.JOB).equals(label(existing, MigratorLabels.JOB))
                && label(wanted, MigratorLabels.ATTEMPT).equals(label(existing, MigratorLabels.ATTEMPT));
    }

    private static Map<String, List<String>> drifts(JobRequest request, MigratorCommand command) {
        Map<String, List<String>> containers = new LinkedHashMap<>();
        Arrays.stream(Schema.values())
                .forEach(schema ->
                        containers.put(MigratorContainers.drift(schema), command.drift(schema, request.rowVersion())));
        return containers;
    }

    private static Job job(JobRequest request, MigratorJobKind kind, Map<String, List<String>> containers) {
        Map<String, String> labels = labels(request, kind);
        PodTemplateSpec pod = pod(request, labels, containers);
        return new JobBuilder()
                .withNewMetadata()
                .withName(MigratorJobName.of(request.runName(), kind, request.attempt()))
                .withNamespace(request.namespace())
                .withLabels(labels)
                .addToAnnotations(
                        MigratorLabels.SPEC_HASH,
                        MigratorJobName.digest(Serialization.asJson(pod)).substring(0, 32))
                .withOwnerReferences(owners(request, kind))
                .endMetadata()
                .withNewSpec()
                .withParallelism(1)
                .withCompletions(1)
                .withBackoffLimit(0)
                // A pod that is still stopping counts as running: the Job has not failed before it is gone.
                .withPodReplacementPolicy("Failed")
                .withTemplate(pod)
                .endSpec()
                .build();
    }

    private static PodTemplateSpec pod(
            JobRequest request, Map<String, String> labels, Map<String, List<String>> containers) {
        MigratorTemplate template = request.template();
        Map<String, String> podLabels = new LinkedHashMap<>(labels);
        // A mesh's sidecar would outlive the migrator, and the Job would never end.
        podLabels.put("sidecar.istio.io/inject", "false");
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(podLabels)
                .addToAnnotations("sidecar.istio.io/inject", "false")
                .addToAnnotations("linkerd.io/inject", "disabled")
                // A node that is scaled away in the middle of a migration would leave it half done.
                .addToAnnotations("cluster-autoscaler.kubernetes.io/safe-to-evict", "false")
                .addToAnnotations("karpenter.sh/do-not-disrupt", "true")
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(template.usesApiToken())
                .withServiceAccountName(template.serviceAccountName().orElse(null))
                .withSecurityContext(template.podSecurityContext().orElse(null))
                .withImagePullSecrets(template.imagePullSecrets())
                .withNodeSelector(template.nodeSelector().isEmpty() ? null : new TreeMap<>(template.nodeSelector()))
                .withAffinity(template.affinity().orElse(null))
                .withTolerations(template.tolerations())
                .withPriorityClassName(template.priorityClassName().orElse(null))
                .withRuntimeClassName(template.runtimeClassName().orElse(null))
                .withHostAliases(template.hostAliases())
                .withDnsPolicy(template.dnsPolicy().orElse(null))
                .withDnsConfig(template.dnsConfig().orElse(null))
                .withVolumes(template.volumes())
                .withInitContainers(template.sidecars())
                .withContainers(containers.entrySet().stream()
                        .map(entry -> container(request, entry.getKey(), entry.getValue()))
                        .toList())
                .endSpec()
                .build();
    }

    private static Container container(JobRequest request, String name, List<String> arguments) {
        MigratorTemplate template = request.template();
        return new ContainerBuilder()
                .withName(name)
                .withImage(request.migratorImage())
                .withImagePullPolicy(template.imagePullPolicy().orElse(null))
                .withArgs(arguments)
                .withEnv(environment(request))
                .withEnvFrom(template.envFrom())
                .withVolumeMounts(template.volumeMounts())
                .withResources(request.resources())
                .withSecurityContext(template.securityContext().orElse(null))
                // The migrator's last words survive in the pod's status when its log is gone.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .build();
    }

    private static List<EnvVar> environment(JobRequest request) {
        Map<String, String> ours = new MigratorCommand(request.migratorRelease()).environment();
        List<EnvVar> variables = new ArrayList<>();
        request.template().env().stream()
                .filter(variable -> !ours.containsKey(variable.getName()))
                .filter(variable -> !LEFT_OUT.contains(variable.getName()))
                .forEach(variables::add);
        ours.forEach((name, value) -> variables.add(
                new EnvVarBuilder().withName(name).withValue(value).build()));
        return variables;
    }

    private static Map<String, String> labels(JobRequest request, MigratorJobKind kind) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(MigratorLabels.MANAGED_BY, MigratorLabels.OPERATOR);
        labels.put(MigratorLabels.RUN, MigratorJobName.label(request.runName()));
        labels.put(MigratorLabels.RUN_UID, request.runUid());
        labels.put(MigratorLabels.JOB, kind.id());
        labels.put(MigratorLabels.ATTEMPT, Integer.toString(request.attempt()));
        return labels;
    }

    /**
     * The downgrade belongs to no object: whoever deletes the resource in the foreground, as GitOps tools do, would have
     * the garbage collector kill the migrator in the middle of a migration, whatever our finalizer says. It gets its
     * owner when the run has ended, and is deleted with a resource that is deleted before that.
     */
    private static List<OwnerReference> owners(JobRequest request, MigratorJobKind kind) {
        return kind == MigratorJobKind.DOWNGRADE
                ? List.of()
                : List.of(MigratorJobOwner.of(request.runName(), request.runUid()));
    }

    private static String label(Job job, String name) {
        return job.getMetadata().getLabels() == null
                ? ""
                : job.getMetadata().getLabels().getOrDefault(name, "");
    }

    private static String annotation(Job job, String name) {
        return job.getMetadata().getAnnotations() == null
                ? ""
                : job.getMetadata().getAnnotations().getOrDefault(name, "");
    }
}
