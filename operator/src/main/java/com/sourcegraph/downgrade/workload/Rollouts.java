package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Judges rollouts. A status counts only once its controller has seen the newest generation, and counts alone are not
 * enough: a Deployment's status leaves terminating pods out, so pods are looked at too.
 */
final class Rollouts {
    private static final String DEPLOYMENT_HASH = "pod-template-hash";
    private static final String REVISION_HASH = "controller-revision-hash";
    private static final RolloutState COMPLETE = new RolloutState.Complete();

    /**
     * @param pods all pods of the workload
     * @param newestHash the template hash of a Deployment's newest ReplicaSet, where known
     */
    RolloutState of(Candidate candidate, List<Pod> pods, Optional<String> newestHash) {
        List<Pod> present = pods.stream().filter(pod -> !PodRefs.of(pod).gone()).toList();
        if (candidate.object() instanceof Deployment deployment) {
            return deployment(candidate, deployment, present, newestHash);
        }
        if (candidate.object() instanceof StatefulSet set) {
            return statefulSet(candidate, set, present);
        }
        if (candidate.object() instanceof DaemonSet set) {
            return daemonSet(candidate, set, present);
        }
        if (candidate.object() instanceof ReplicaSet set) {
            return replicaSet(candidate, set, present);
        }
        if (candidate.object() instanceof Pod pod) {
            return PodRefs.of(pod).ready() ? COMPLETE : waitingFor(present, "it is");
        }
        // CronJobs and Jobs make pods when their time comes: there is no newest generation to wait for.
        return COMPLETE;
    }

    private static RolloutState deployment(
            Candidate candidate, Deployment deployment, List<Pod> pods, Optional<String> newestHash) {
        DeploymentStatus status = deployment.getStatus();
        if (status == null || !observed(candidate, status.getObservedGeneration())) {
            return unobserved();
        }
        int wanted = candidate.replicas().orElseThrow();
        if (wanted == 0) {
            return atZero(status.getReplicas(), pods);
        }
        Predicate<Pod> newest = pod -> newestHash.isEmpty() || newestHash.equals(label(pod, DEPLOYMENT_HASH));
        int updated = number(status.getUpdatedReplicas());
        int available = number(status.getAvailableReplicas());
        boolean allUpdated = updated == wanted && number(status.getReplicas()) == wanted;
        boolean counted = allUpdated && available == wanted;
        long generations =
                pods.stream().map(pod -> label(pod, DEPLOYMENT_HASH)).distinct().count();
        boolean oldLeft = generations > 1 || !pods.stream().allMatch(newest);
        if (counted && !oldLeft && noneStopping(pods)) {
            return COMPLETE;
        }
        if (Boolean.TRUE.equals(deployment.getSpec().getPaused()) && updated < wanted) {
            return new RolloutState.Stuck(
                    "Paused",
                    "it is paused: kubectl -n " + deployment.getMetadata().getNamespace() + " rollout resume "
                            + candidate.ref().toString().toLowerCase(java.util.Locale.ROOT));
        }
        Optional<RolloutState> failed = failedCondition(status.getConditions(), "ReplicaFailure", "True");
        if (failed.isPresent() && pods.stream().filter(newest).count() < wanted) {
            return failed.get();
        }
        return PodTrouble.find(pods, newest)
                .map(RolloutState.class::cast)
                .or(() -> counted ? Optional.empty() : failedCondition(status.getConditions(), "Progressing", "False"))
                .orElseGet(() -> counted
                        ? stopping(pods)
                        : counting(wanted, updated, available, allUpdated && !oldLeft && runs(pods, wanted)));
    }

    private static Optional<RolloutState> failedCondition(
            List<DeploymentCondition> conditions, String type, String value) {
        return Absent.orEmpty(conditions).stream()
                .filter(condition -> type.equals(condition.getType()) && value.equals(condition.getStatus()))
                .findFirst()
                .map(condition -> new RolloutState.Stuck(
                        Objects.requireNonNullElse(condition.getReason(), type), condition.getMessage()));
    }

    private static RolloutState statefulSet(Candidate candidate, StatefulSet set, List<Pod> pods) {
        StatefulSetStatus status = set.getStatus();
        if (status == null || !observed(candidate, status.getObservedGeneration())) {
            return unobserved();
        }
        int wanted = candidate.replicas().orElseThrow();
        if (wanted == 0) {
            return atZero(status.getReplicas(), pods);
        }
        Optional<String> revision = Optional.ofNullable(status.getUpdateRevision());
        Predicate<Pod> old = pod -> revision.isPresent()
                && label(pod, REVISION_HASH).isPresent()
                && !revision.equals(label(pod, REVISION_HASH));
        boolean onDelete = set.getSpec().getUpdateStrategy() != null
                && "OnDelete".equals(set.getSpec().getUpdateStrategy().getType());
        // With OnDelete the controller never moves currentRevision on; the pods alone tell.
        boolean moved = onDelete
                || status.getCurrentRevision() == null
                || revision.isEmpty()
                || revision.get().equals(status.getCurrentRevision());
        int updated = status.getUpdatedReplicas() == null && moved
                ? number(status.getReplicas())
                : number(status.getUpdatedReplicas());
        int available = number(
                status.getAvailableReplicas() == null ? status.getReadyReplicas() : status.getAvailableReplicas());
        Optional<Pod> oldPod = pods.stream().filter(old).findFirst();
        boolean counted = number(status.getReplicas()) == wanted && updated == wanted && available == wanted;
        if (counted && moved && oldPod.isEmpty() && noneStopping(pods)) {
            return COMPLETE;
        }
        if (oldPod.isPresent() && !PodRefs.of(oldPod.get()).terminating()) {
            Optional<RolloutState> held = heldBack(candidate, set, oldPod.get(), onDelete);
            if (held.isPresent()) {
                return held.get();
            }
        }
        boolean allNewest =
                revision.isPresent() && pods.stream().allMatch(pod -> revision.equals(label(pod, REVISION_HASH)));
        return PodTrouble.find(pods, any -> true)
                .map(RolloutState.class::cast)
                .orElseGet(() -> counted && moved
                        ? stopping(pods)
                        : counting(wanted, updated, available, allNewest && runs(pods, wanted)));
    }

    /** Whether these are as many pods as there should be, with every container running and none told to stop. */
    private static boolean runs(List<Pod> pods, int wanted) {
        return pods.size() == wanted && noneStopping(pods) && pods.stream().allMatch(PodRefs::everyContainerRuns);
    }

    /** Why a StatefulSet itself will not replace a pod of an older revision. */
    private static Optional<RolloutState> heldBack(Candidate candidate, StatefulSet set, Pod oldPod, boolean onDelete) {
        String name = oldPod.getMetadata().getName();
        if (onDelete) {
            return Optional.of(new RolloutState.Stuck(
                    "OnDelete",
                    "pods are replaced only when they are deleted (updateStrategy OnDelete), and " + name
                            + " is of an older revision: " + deletion(oldPod)));
        }
        int partition = partition(set);
        int ordinal = ordinal(name);
        if (ordinal >= 0 && ordinal < partition) {
            return Optional.of(new RolloutState.Stuck(
                    "Partition",
                    "pods below ordinal " + partition + " stay at the older revision"
                            + " (updateStrategy.rollingUpdate.partition), so " + name
                            + " is not replaced: set the partition to 0"));
        }
        return PodTrouble.find(List.of(oldPod), any -> true)
                .map(trouble -> new RolloutState.Stuck(
                        trouble.reason(),
                        trouble.message() + "; it is of an older revision and a StatefulSet waits for it: "
                                + deletion(oldPod)));
    }

    private static String deletion(Pod pod) {
        return "kubectl -n " + pod.getMetadata().getNamespace() + " delete pod "
                + pod.getMetadata().getName();
    }

    private static int partition(StatefulSet set) {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy == null || strategy.getRollingUpdate() == null
                ? 0
                : number(strategy.getRollingUpdate().getPartition());
    }

    private static int ordinal(String podName) {
        String last = podName.substring(podName.lastIndexOf('-') + 1);
        return last.matches("\\d{1,9}") ? Integer.parseInt(last) : -1;
    }

    private static RolloutState daemonSet(Candidate candidate, DaemonSet set, List<Pod> pods) {
        DaemonSetStatus status = set.getStatus();
        if (status == null || !observed(candidate, status.getObservedGeneration())) {
            return unobserved();
        }
        int wanted = number(status.getDesiredNumberScheduled());
        int updated = number(status.getUpdatedNumberScheduled());
        int available = number(status.getNumberAvailable());
        if (updated == wanted && available == wanted && noneStopping(pods)) {
            return COMPLETE;
        }
        if (set.getSpec().getUpdateStrategy() != null
                && "OnDelete".equals(set.getSpec().getUpdateStrategy().getType())
                && updated < wanted) {
            return new RolloutState.Stuck(
                    "OnDelete",
                    "pods are replaced only when they are deleted (updateStrategy OnDelete): " + (wanted - updated)
                            + " of " + wanted + " pods are of an older revision");
        }
        return PodTrouble.find(pods, any -> true)
                .map(RolloutState.class::cast)
                .orElseGet(() -> counting(wanted, updated, available, false));
    }

    private static RolloutState replicaSet(Candidate candidate, ReplicaSet set, List<Pod> pods) {
        if (set.getStatus() == null || !observed(candidate, set.getStatus().getObservedGeneration())) {
            return unobserved();
        }
        int wanted = candidate.replicas().orElseThrow();
        if (wanted == 0) {
            return atZero(set.getStatus().getReplicas(), pods);
        }
        int available = number(set.getStatus().getAvailableReplicas());
        return available == wanted && noneStopping(pods)
                ? COMPLETE
                : waitingFor(pods, (wanted - available) + " of " + wanted + " pods are");
    }

    private static RolloutState waitingFor(List<Pod> pods, String what) {
        return PodTrouble.find(pods, any -> true)
                .map(RolloutState.class::cast)
                .orElseGet(() -> new RolloutState.Progressing(what + " not available yet"));
    }

    private static RolloutState counting(int wanted, int updated, int available, boolean runs) {
        String message = updated + " of " + wanted + " pods updated, " + available + " available";
        return runs ? new RolloutState.Starting(message) : new RolloutState.Progressing(message);
    }

    private static RolloutState stopping(List<Pod> pods) {
        return new RolloutState.Progressing(pods.stream()
                .filter(pod -> PodRefs.of(pod).terminating())
                .findFirst()
                .map(pod -> "pod " + pod.getMetadata().getName() + " is still stopping")
                .orElse("pods of an older generation are still there"));
    }

    private static RolloutState atZero(Integer statusReplicas, List<Pod> pods) {
        int left = Math.max(number(statusReplicas), pods.size());
        return left == 0
                ? COMPLETE
                : new RolloutState.Progressing(left + (left == 1 ? " pod is" : " pods are") + " still there");
    }

    private static RolloutState unobserved() {
        return new RolloutState.Progressing("its controller has not seen the newest generation yet");
    }

    private static boolean observed(Candidate candidate, Long observedGeneration) {
        Long generation = candidate.object().getMetadata().getGeneration();
        return observedGeneration != null && (generation == null || observedGeneration >= generation);
    }

    private static boolean noneStopping(List<Pod> pods) {
        return pods.stream().noneMatch(pod -> PodRefs.of(pod).terminating());
    }

    private static Optional<String> label(Pod pod, String key) {
        return Optional.ofNullable(pod.getMetadata().getLabels()).map(labels -> labels.get(key));
    }

    private static int number(Integer value) {
        return value == null ? 0 : value;
    }
}
