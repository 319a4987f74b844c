package com.sourcegraph.downgrade.workload;

import java.util.Objects;
import java.util.Optional;

/**
 * A HorizontalPodAutoscaler and what it scales.
 *
 * <p>Kubernetes disables an autoscaler whose target is at zero, unless its {@code minReplicas} is zero (feature gate
 * HPAScaleToZero). So only the latter can bring a quiesced workload back, and only it has to be paused; and an ordinary
 * one never brings its target back by itself, so a restore has to.
 *
 * @param minReplicas Kubernetes' default of 1 where the object has none
 * @param quiescedBy the run that paused it
 * @param takenOverFrom the uid of the earlier run from which that run has taken it over, paused
 * @param recordedBehavior {@code spec.behavior} as JSON from before the pause, {@code null} as text for none
 */
public record Autoscaler(
        String namespace,
        String name,
        WorkloadRef target,
        int minReplicas,
        int maxReplicas,
        boolean scaleUpDisabled,
        Optional<String> quiescedBy,
        Optional<String> takenOverFrom,
        Optional<String> recordedBehavior,
        String currentBehavior,
        String resourceVersion) {
    public Autoscaler {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(quiescedBy, "quiescedBy");
        Objects.requireNonNull(takenOverFrom, "takenOverFrom");
        Objects.requireNonNull(recordedBehavior, "recordedBehavior");
        Objects.requireNonNull(currentBehavior, "currentBehavior");
        Objects.requireNonNull(resourceVersion, "resourceVersion");
    }

    /** Whether it could scale its target up from zero. */
    public boolean canScaleFromZero() {
        return minReplicas == 0;
    }
}
