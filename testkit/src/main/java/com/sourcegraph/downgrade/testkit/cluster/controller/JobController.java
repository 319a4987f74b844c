package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Runs Jobs: completions, parallelism, back-off limit, active deadline, suspension. A pod that is deleted before it has
 * finished counts as failed. Indexed completion, pod failure policies and the time to live are not looked at.
 */
final class JobController implements Controller {
    private static final int BACK_OFF_SECONDS = 10;

    private final ClusterObjects objects;
    private final ResourceType jobs;
    private final ResourceType pods;
    private final ScheduledExecutorService timer;
    private final double timeFactor;
    private final BiConsumer<Controller, Key> again;
    private final Map<String, Set<String>> failures = new HashMap<>();
    private final Map<String, Set<String>> successes = new HashMap<>();
    private final Map<String, Long> retryAt = new HashMap<>();

    JobController(
            ClusterObjects objects,
            ScheduledExecutorService timer,
            double timeFactor,
            BiConsumer<Controller, Key> again) {
        this.objects = objects;
        this.jobs = objects.type("batch", "jobs");
        this.pods = objects.type("", "pods");
        this.timer = timer;
        this.timeFactor = timeFactor;
        this.again = again;
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        if (event.resource().equals(pods) && event.after() == null) {
            count(event.before(), true);
        }
        return OwnerKeys.of(event, jobs, pods);
    }

    /** Remembers how a pod ended, so that it counts after it is gone. */
    private synchronized void count(ObjectNode pod, boolean gone) {
        String job = ClusterObjects.controllerUid(pod);
        String phase = Nodes.text(pod, "status", "phase");
        if (job == null) {
            return;
        }
        if ("Succeeded".equals(phase)) {
            successes.computeIfAbsent(job, j -> new HashSet<>()).add(Nodes.uid(pod));
        } else if ("Failed".equals(phase) || gone || PodTemplates.isTerminating(pod)) {
            failures.computeIfAbsent(job, j -> new HashSet<>()).add(Nodes.uid(pod));
        }
    }

    private synchronized int counted(Map<String, Set<String>> pods, String job) {
        return pods.getOrDefault(job, Set.of()).size();
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode job = objects.get(jobs, key);
        if (job == null || PodTemplates.isTerminating(job) || isFinished(job)) {
            return;
        }
        String uid = Nodes.uid(job);
        List<ObjectNode> owned = objects.controlledBy(pods, job);
        if (Nodes.flag(job, "spec", "suspend")) {
            suspend(job, owned);
            return;
        }
        owned.forEach(pod -> count(pod, false));
        int succeeded = counted(successes, uid);
        int failed = counted(failures, uid);
        int limit = Nodes.count(job, 6, "spec", "backoffLimit");
        int restarts = owned.stream().mapToInt(JobController::restarts).sum();
        List<ObjectNode> active = owned.stream().filter(PodTemplates::isActive).toList();
        int completions =
                Nodes.count(job, Nodes.at(job, "spec", "parallelism") == null ? 1 : -1, "spec", "completions");
        boolean done = completions >= 0 ? succeeded >= completions : succeeded > 0 && active.isEmpty();
        if (done) {
            finish(
                    job,
                    active,
                    succeeded,
                    failed,
                    "Complete",
                    "SuccessCriteriaMet",
                    "CompletionsReached",
                    "Reached expected number of succeeded pods");
        } else if (failed > limit || restarts > 0 && failed + restarts > limit) {
            finish(
                    job,
                    active,
                    succeeded,
                    failed,
                    "Failed",
                    "FailureTarget",
                    "BackoffLimitExceeded",
                    "Job has reached the specified backoff limit");
        } else if (pastDeadline(job, key)) {
            finish(
                    job,
                    active,
                    succeeded,
                    failed + active.size(),
                    "Failed",
                    "FailureTarget",
                    "DeadlineExceeded",
                    "Job was active longer than specified deadline");
        } else {
            run(job, key, active, succeeded, failed, completions);
        }
    }

    private void run(ObjectNode job, Key key, List<ObjectNode> active, int succeeded, int failed, int completions) {
        int parallelism = Nodes.count(job, 1, "spec", "parallelism");
        int wanted = completions < 0 ? parallelism : Math.min(parallelism, completions - succeeded);
        int missing = wanted - active.size();
        int started = active.size();
        if (missing > 0 && (failed == 0 || backOffIsOver(job, key, failed))) {
            for (int i = 0; i < missing; i++) {
                ObjectNode pod = PodTemplates.pod(job, job.get("spec").get("template"));
                Nodes.metadata(pod).put("generateName", Nodes.name(job) + "-");
                objects.create(pods, key.namespace(), pod);
                started++;
            }
        }
        int ready = (int) active.stream().filter(PodTemplates::isReady).count();
        report(job, started, ready, succeeded, failed, status -> {
            for (var condition : Nodes.each(status, "conditions")) {
                if ("Suspended".equals(Nodes.text(condition, "type"))) {
                    objects.setCondition(status, "Suspended", false, "JobResumed", "Job resumed");
                }
            }
        });
        if (Nodes.at(job, "status", "startTime") == null && Nodes.at(job, "spec", "activeDeadlineSeconds") != null) {
            later(key, Nodes.number(job, 0, "spec", "activeDeadlineSeconds"));
        }
    }

    private boolean backOffIsOver(ObjectNode job, Key key, int failed) {
        String attempt = Nodes.uid(job) + "/" + failed;
        Long at = retryAt.get(attempt);
        if (at == null) {
            long seconds = Math.min(360, BACK_OFF_SECONDS * (1L << Math.min(10, failed - 1)));
            long nanos = (long) (seconds * 1e9 * timeFactor);
            retryAt.put(attempt, System.nanoTime() + nanos);
            later(key, seconds);
            return false;
        }
        return System.nanoTime() - at >= 0;
    }

    private void later(Key key, long seconds) {
        // A little after, so that the time is surely over when it is looked at.
        timer.schedule(
                () -> again.accept(this, key), (long) (seconds * 1e9 * timeFactor) + 1_000_000, TimeUnit.NANOSECONDS);
    }

    private boolean pastDeadline(ObjectNode job, Key key) {
        String started = Nodes.text(job, "status", "startTime");
        long seconds = Nodes.number(job, -1, "spec", "activeDeadlineSeconds");
        if (started == null || seconds < 0) {
            return false;
        }
        String attempt = Nodes.uid(job) + "/deadline";
        Long at = retryAt.computeIfAbsent(attempt, a -> System.nanoTime() + (long) (seconds * 1e9 * timeFactor));
        return System.nanoTime() - at >= 0;
    }

    private void suspend(ObjectNode job, List<ObjectNode> owned) {
        for (ObjectNode pod : owned) {
            if (PodTemplates.isActive(pod)) {
                objects.delete(pods, pod);
            }
        }
        objects.updateStatus(jobs, job, live -> {
            ObjectNode status = Nodes.child(live, "status");
            status.remove(List.of("active", "startTime"));
            status.put("ready", 0);
            objects.setCondition(status, "Suspended", true, "JobSuspended", "Job suspended");
        });
    }

    private void finish(
            ObjectNode job,
            List<ObjectNode> active,
            int succeeded,
            int failed,
            String type,
            String before,
            String reason,
            String message) {
        active.forEach(pod -> objects.delete(pods, pod));
        report(job, 0, 0, succeeded, failed, status -> {
            objects.setCondition(status, before, true, reason, message);
            objects.setCondition(status, type, true, reason, message);
            if (type.equals("Complete")) {
                status.put("completionTime", objects.now());
            }
        });
    }

    private void report(
            ObjectNode job,
            int active,
            int ready,
            int succeeded,
            int failed,
            java.util.function.Consumer<ObjectNode> more) {
        objects.updateStatus(jobs, job, live -> {
            ObjectNode status = Nodes.child(live, "status");
            if (!status.has("startTime")) {
                status.put("startTime", objects.now());
            }
            status.put("active", active)
                    .put("ready", ready)
                    .put("succeeded", succeeded)
                    .put("failed", failed);
            status.put("terminating", 0);
            status.putObject("uncountedTerminatedPods");
            OwnerKeys.withoutZeros(status, "active", "succeeded", "failed");
            more.accept(status);
        });
    }

    private static int restarts(ObjectNode pod) {
        int restarts = 0;
        for (var status : Nodes.each(pod, "status", "containerStatuses")) {
            restarts += Nodes.count(status, 0, "restartCount");
        }
        for (var status : Nodes.each(pod, "status", "initContainerStatuses")) {
            restarts += Nodes.count(status, 0, "restartCount");
        }
        return restarts;
    }

    private static boolean isFinished(ObjectNode job) {
        for (var condition : Nodes.each(job, "status", "conditions")) {
            String type = Nodes.text(condition, "type");
            if (("Complete".equals(type) || "Failed".equals(type)) && "True".equals(Nodes.text(condition, "status"))) {
                return true;
            }
        }
        return false;
    }
}
