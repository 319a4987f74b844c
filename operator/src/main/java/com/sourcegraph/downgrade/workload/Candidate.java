package com.sourcegraph.downgrade.workload;

import com.sourcegraph.downgrade.release.ImageName;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * One object that makes pods (or is one), with the parts in which the kinds differ evened out. It only looks at the
 * object, which may live in a cache.
 *
 * @param controller what controls the object itself
 */
record Candidate(
        WorkloadRef ref,
        HasMetadata object,
        Map<String, String> podLabels,
        PodSpec podSpec,
        OptionalInt replicas,
        boolean suspended,
        boolean finished,
        Optional<OwnerReference> controller) {

    static Candidate of(Deployment object) {
        return scaled(
                "Deployment",
                object,
                object.getSpec().getTemplate(),
                object.getSpec().getReplicas());
    }

    static Candidate of(StatefulSet object) {
        return scaled(
                "StatefulSet",
                object,
                object.getSpec().getTemplate(),
                object.getSpec().getReplicas());
    }

    static Candidate of(ReplicaSet object) {
        return scaled(
                "ReplicaSet",
                object,
                object.getSpec().getTemplate(),
                object.getSpec().getReplicas());
    }

    static Candidate of(DaemonSet object) {
        return templated("DaemonSet", object, object.getSpec().getTemplate(), OptionalInt.empty(), false, false);
    }

    static Candidate of(CronJob object) {
        boolean suspended = Boolean.TRUE.equals(object.getSpec().getSuspend());
        PodTemplateSpec template = object.getSpec().getJobTemplate().getSpec().getTemplate();
        return templated("CronJob", object, template, OptionalInt.empty(), suspended, false);
    }

    static Candidate of(Job object) {
        boolean suspended = Boolean.TRUE.equals(object.getSpec().getSuspend());
        boolean finished = object.getStatus() != null
                && Absent.orEmpty(object.getStatus().getConditions()).stream()
                        .filter(condition -> condition.getType().equals("Complete")
                                || condition.getType().equals("Failed"))
                        .anyMatch(condition -> "True".equals(condition.getStatus()));
        return templated("Job", object, object.getSpec().getTemplate(), OptionalInt.empty(), suspended, finished);
    }

    static Candidate of(Pod object) {
        return new Candidate(
                new WorkloadRef("Pod", object.getMetadata().getName()),
                object,
                labels(object.getMetadata()),
                object.getSpec(),
                OptionalInt.empty(),
                false,
                false,
                controllerOf(object));
    }

    private static Candidate scaled(String kind, HasMetadata object, PodTemplateSpec template, Integer replicas) {
        // Kubernetes' default for all three kinds.
        int count = replicas == null ? 1 : replicas;
        return templated(kind, object, template, OptionalInt.of(count), false, false);
    }

    private static Candidate templated(
            String kind,
            HasMetadata object,
            PodTemplateSpec template,
            OptionalInt replicas,
            boolean suspended,
            boolean finished) {
        return new Candidate(
                new WorkloadRef(kind, object.getMetadata().getName()),
                object,
                labels(template.getMetadata()),
                template.getSpec(),
                replicas,
                suspended,
                finished,
                controllerOf(object));
    }

    static Optional<OwnerReference> controllerOf(HasMetadata object) {
        return Absent.orEmpty(object.getMetadata().getOwnerReferences()).stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    private static Map<String, String> labels(ObjectMeta metadata) {
        return metadata == null || metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    /** Whether the object or its pod template carries the label. */
    boolean labelled(String key, String value) {
        return value.equals(labels(object.getMetadata()).get(key)) || value.equals(podLabels.get(key));
    }

    boolean labelled(String key) {
        return labels(object.getMetadata()).containsKey(key) || podLabels.containsKey(key);
    }

    Optional<String> annotation(String key) {
        return Optional.ofNullable(object.getMetadata().getAnnotations()).map(annotations -> annotations.get(key));
    }

    Optional<String> app() {
        return Optional.ofNullable(podLabels.get("app"));
    }

    /** Whether its pods end by themselves: a client of a database, whatever image it runs. */
    boolean batch() {
        return ref.kind().equals("CronJob") || ref.kind().equals("Job");
    }

    /** Whether a run can hold it at zero or suspended. */
    boolean holdable() {
        return replicas.isPresent() || batch();
    }

    /** Init containers and containers. */
    List<Container> allContainers() {
        return Stream.concat(
                        Absent.orEmpty(podSpec.getInitContainers()).stream(),
                        Absent.orEmpty(podSpec.getContainers()).stream())
                .toList();
    }

    List<ImageName> allImages() {
        return images(allContainers());
    }

    /** Without init containers. */
    List<ImageName> mainImages() {
        return images(Absent.orEmpty(podSpec.getContainers()));
    }

    private static List<ImageName> images(List<Container> containers) {
        return containers.stream()
                .map(Container::getImage)
                .filter(image -> image != null && !image.isBlank())
                .map(ImageName::parse)
                .toList();
    }
}
