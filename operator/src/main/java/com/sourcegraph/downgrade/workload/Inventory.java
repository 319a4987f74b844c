package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who owns what in one namespace: the outermost owners, each with all pods that come from it. Jobs of a CronJob,
 * ReplicaSets of a Deployment and pods of either are their owner's and appear as nothing of their own.
 */
final class Inventory {
    private static final String TEMPLATE_HASH = "pod-template-hash";

    private final Map<WorkloadRef, Candidate> roots = new LinkedHashMap<>();
    private final Map<WorkloadRef, List<Pod>> pods = new HashMap<>();
    private final Map<String, ReplicaSet> replicaSets = new HashMap<>();
    private final Map<String, Job> jobs = new HashMap<>();
    private final Map<WorkloadRef, String> newestHash = new HashMap<>();
    private final Map<WorkloadRef, List<String>> jobsAtWork = new HashMap<>();

    Inventory(NamespaceObjects objects) {
        objects.replicaSets().forEach(set -> replicaSets.put(set.getMetadata().getName(), set));
        objects.jobs().forEach(job -> jobs.put(job.getMetadata().getName(), job));
        objects.deployments().forEach(object -> add(Candidate.of(object)));
        objects.statefulSets().forEach(object -> add(Candidate.of(object)));
        objects.daemonSets().forEach(object -> add(Candidate.of(object)));
        objects.cronJobs().forEach(object -> add(Candidate.of(object)));
        objects.jobs().stream().filter(job -> ownerOf(job).isEmpty()).forEach(object -> add(Candidate.of(object)));
        objects.replicaSets().stream()
                .filter(set -> ownerOf(set).isEmpty())
                .forEach(object -> add(Candidate.of(object)));
        objects.replicaSets().forEach(this::noteNewest);
        objects.jobs().forEach(this::noteAtWork);
        objects.pods().forEach(this::addPod);
    }

    Iterable<Candidate> roots() {
        return roots.values();
    }

    List<Pod> podsOf(Candidate root) {
        return pods.getOrDefault(root.ref(), List.of());
    }

    /** The template hash of a Deployment's newest ReplicaSet, where ReplicaSets were read. */
    Optional<String> newestHash(Candidate root) {
        return Optional.ofNullable(newestHash.get(root.ref()));
    }

    /** A CronJob's Jobs that have not ended: each may start a pod again at any moment, also where it has none just now. */
    List<String> jobsAtWork(Candidate root) {
        return jobsAtWork.getOrDefault(root.ref(), List.of());
    }

    private void add(Candidate candidate) {
        roots.put(candidate.ref(), candidate);
    }

    private void addPod(Pod pod) {
        Optional<WorkloadRef> owner = ownerOf(pod);
        if (owner.isEmpty()) {
            if (PodRefs.of(pod).gone()) {
                return;
            }
            Candidate root = Candidate.of(pod);
            add(root);
            owner = Optional.of(root.ref());
        }
        pods.computeIfAbsent(owner.get(), ref -> new ArrayList<>()).add(pod);
    }

    private void noteAtWork(Job job) {
        Candidate read = Candidate.of(job);
        if (read.suspended() || read.finished() || job.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        ownerOf(job).ifPresent(root -> jobsAtWork
                .computeIfAbsent(root, ref -> new ArrayList<>())
                .add(job.getMetadata().getName()));
    }

    private void noteNewest(ReplicaSet set) {
        String hash = set.getMetadata().getLabels() == null
                ? null
                : set.getMetadata().getLabels().get(TEMPLATE_HASH);
        Optional<WorkloadRef> owner = ownerOf(set);
        if (hash == null || owner.isEmpty()) {
            return;
        }
        Optional<String> revision = revision(set);
        if (revision.isPresent()
                && revision.equals(revision(roots.get(owner.get()).object()))) {
            newestHash.put(owner.get(), hash);
        }
    }

    /** Deployments and their ReplicaSets carry the same revision where the ReplicaSet is the newest one. */
    private static Optional<String> revision(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get("deployment.kubernetes.io/revision"));
    }

    /** The outermost owner, where it is one of the roots. */
    private Optional<WorkloadRef> ownerOf(HasMetadata object) {
        Optional<OwnerReference> controller = Candidate.controllerOf(object);
        if (controller.isEmpty()) {
            return Optional.empty();
        }
        String kind = controller.get().getKind();
        String name = controller.get().getName();
        if (kind.equals("ReplicaSet") && replicaSets.containsKey(name)) {
            Optional<WorkloadRef> outer = outerOwner(replicaSets.get(name));
            if (outer.isPresent()) {
                return outer;
            }
        } else if (kind.equals("ReplicaSet") && object instanceof Pod pod) {
            return byTemplateHash(pod, name);
        } else if (kind.equals("Job") && jobs.containsKey(name)) {
            Optional<WorkloadRef> outer = outerOwner(jobs.get(name));
            if (outer.isPresent()) {
                return outer;
            }
        }
        WorkloadRef ref = new WorkloadRef(kind, name);
        return roots.containsKey(ref) ? Optional.of(ref) : Optional.empty();
    }

    /** Of a ReplicaSet or Job. No further: whoever writes owners may have two Jobs own each other. */
    private Optional<WorkloadRef> outerOwner(HasMetadata object) {
        return Candidate.controllerOf(object)
                .filter(owner ->
                        !owner.getKind().equals("Job") && !owner.getKind().equals("ReplicaSet"))
                .map(owner -> new WorkloadRef(owner.getKind(), owner.getName()))
                .filter(roots::containsKey);
    }

    /** A Deployment's ReplicaSet is called by the Deployment's name and the hash that the pod carries as a label. */
    private Optional<WorkloadRef> byTemplateHash(Pod pod, String replicaSet) {
        String hash = pod.getMetadata().getLabels() == null
                ? null
                : pod.getMetadata().getLabels().get(TEMPLATE_HASH);
        if (hash == null || !replicaSet.endsWith("-" + hash)) {
            return Optional.empty();
        }
        String deployment = replicaSet.substring(0, replicaSet.length() - hash.length() - 1);
        WorkloadRef ref = new WorkloadRef("Deployment", deployment);
        return roots.containsKey(ref) ? Optional.of(ref) : Optional.empty();
    }
}
