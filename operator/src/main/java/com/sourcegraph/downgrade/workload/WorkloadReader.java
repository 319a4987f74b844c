package com.sourcegraph.downgrade.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ImageName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Makes the picture of an instance's workloads from what was read of its namespace. It writes nothing and asks only for
 * the ConfigMaps and Secrets that the instance's own pod templates name.
 */
public final class WorkloadReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Verdict HELD = new Verdict(
            Classification.INDEPENDENT, "is held at zero by a run, though nothing else ties it to the instance now");

    private final Rollouts rollouts = new Rollouts();

    /**
     * @param overrides what the resource says of single workloads: {@code true} for connected, {@code false} for not
     */
    public Workloads read(
            String namespace,
            NamespaceObjects objects,
            EnvSources sources,
            Map<WorkloadRef, Boolean> overrides,
            OwnWork own) {
        Inventory inventory = new Inventory(objects);
        Map<WorkloadRef, Verdict> verdicts =
                new WorkloadClassifier(sources, overrides, own).classify(inventory.roots());
        Map<WorkloadRef, Autoscaler> autoscalers = new HashMap<>();
        objects.autoscalers().stream()
                .filter(object -> object.getSpec() != null && object.getSpec().getScaleTargetRef() != null)
                .map(object -> autoscaler(namespace, object))
                .forEach(autoscaler -> autoscalers.put(autoscaler.target(), autoscaler));
        List<Workload> workloads = new ArrayList<>();
        for (Candidate candidate : inventory.roots()) {
            Verdict verdict = verdicts.get(candidate.ref());
            if (verdict != null) {
                workloads.add(workload(namespace, candidate, verdict, inventory, autoscalers, own));
            } else if (candidate.holdable()
                    && candidate.annotation(Markers.QUIESCED_BY).isPresent()) {
                // What made it part of the instance may have gone meanwhile; what a run has stopped it has to bring
                // back.
                workloads.add(workload(namespace, candidate, HELD, inventory, autoscalers, own));
            }
        }
        return new Workloads(workloads);
    }

    private Workload workload(
            String namespace,
            Candidate candidate,
            Verdict verdict,
            Inventory inventory,
            Map<WorkloadRef, Autoscaler> autoscalers,
            OwnWork own) {
        List<Pod> pods = inventory.podsOf(candidate);
        return new Workload(
                namespace,
                candidate.ref(),
                verdict.classification(),
                verdict.reason(),
                candidate.replicas(),
                candidate
                        .annotation(Markers.ORIGINAL_REPLICAS)
                        .map(WorkloadReader::count)
                        .orElse(OptionalInt.empty()),
                candidate.annotation(Markers.QUIESCED_BY),
                candidate.annotation(Markers.TAKEN_OVER_FROM),
                candidate.suspended(),
                candidate.finished(),
                candidate.controller().map(owner -> new WorkloadRef(owner.getKind(), owner.getName())),
                pods.stream().map(PodRefs::of).toList(),
                inventory.jobsAtWork(candidate),
                rollouts.of(candidate, pods, inventory.newestHash(candidate)),
                candidate.podLabels(),
                candidate.app(),
                candidate.allImages().stream().map(ImageName::toString).toList(),
                migrates(candidate, own),
                scalingDeletesClaims(candidate),
                Optional.ofNullable(autoscalers.get(candidate.ref())),
                ManagedFields.owners(candidate.object(), HeldField.of(candidate.ref())),
                candidate.annotation(Markers.FIELD_OWNERS).map(ManagedFields::read),
                Optional.ofNullable(candidate.object().getMetadata().getResourceVersion())
                        .orElse(""));
    }

    /** Another run's migrator may come from an image that somebody has given another name; an init container is not what it is for. */
    private static boolean migrates(Candidate candidate, OwnWork own) {
        return own.migratesForAnother(candidate)
                || Set.of("CronJob", "Job", "Pod").contains(candidate.ref().kind())
                        && candidate.mainImages().stream()
                                .anyMatch(image -> Component.MIGRATOR.hasImage(image.basename()));
    }

    private static boolean scalingDeletesClaims(Candidate candidate) {
        return candidate.object() instanceof StatefulSet set
                && set.getSpec().getPersistentVolumeClaimRetentionPolicy() != null
                && "Delete"
                        .equals(set.getSpec()
                                .getPersistentVolumeClaimRetentionPolicy()
                                .getWhenScaled())
                && !Absent.orEmpty(set.getSpec().getVolumeClaimTemplates()).isEmpty();
    }

    /** A record that is no count above zero was not written by us: it is as good as none. */
    private static OptionalInt count(String annotation) {
        return annotation.matches("[1-9]\\d{0,8}") ? OptionalInt.of(Integer.parseInt(annotation)) : OptionalInt.empty();
    }

    private static Autoscaler autoscaler(String namespace, HorizontalPodAutoscaler object) {
        var spec = object.getSpec();
        HorizontalPodAutoscalerBehavior behavior = spec.getBehavior();
        Map<String, String> annotations =
                Optional.ofNullable(object.getMetadata().getAnnotations()).orElse(Map.of());
        return new Autoscaler(
                namespace,
                object.getMetadata().getName(),
                new WorkloadRef(
                        spec.getScaleTargetRef().getKind(),
                        spec.getScaleTargetRef().getName()),
                spec.getMinReplicas() == null ? 1 : spec.getMinReplicas(),
                spec.getMaxReplicas() == null ? 0 : spec.getMaxReplicas(),
                behavior != null
                        && behavior.getScaleUp() != null
                        && "Disabled".equals(behavior.getScaleUp().getSelectPolicy()),
                Optional.ofNullable(annotations.get(Markers.QUIESCED_BY)),
                Optional.ofNullable(annotations.get(Markers.TAKEN_OVER_FROM)),
                Optional.ofNullable(annotations.get(Markers.ORIGINAL_BEHAVIOR)),
                json(behavior),
                Optional.ofNullable(object.getMetadata().getResourceVersion()).orElse(""));
    }

    private static String json(HorizontalPodAutoscalerBehavior behavior) {
        try {
            return JSON.writeValueAsString(behavior);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an autoscaler's behavior that was read from JSON is no JSON", e);
        }
    }
}
