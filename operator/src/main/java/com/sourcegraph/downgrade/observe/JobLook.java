package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.api.StatusTime;
import com.sourcegraph.downgrade.migrator.DriftReport;
import com.sourcegraph.downgrade.migrator.DriftResult;
import com.sourcegraph.downgrade.migrator.MigratorContainers;
import com.sourcegraph.downgrade.migrator.MigratorFailure;
import com.sourcegraph.downgrade.migrator.MigratorFailureClassifier;
import com.sourcegraph.downgrade.migrator.MigratorHop;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobPhase;
import com.sourcegraph.downgrade.migrator.MigratorJobReader;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.migrator.MigratorLabels;
import com.sourcegraph.downgrade.migrator.MigratorLogFollower;
import com.sourcegraph.downgrade.migrator.MigratorLogParser;
import com.sourcegraph.downgrade.migrator.MigratorLogReader;
import com.sourcegraph.downgrade.migrator.MigratorProgress;
import com.sourcegraph.downgrade.plan.Facts;
import com.sourcegraph.downgrade.plan.JobResult;
import com.sourcegraph.downgrade.plan.LingeringPod;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.workload.NamespaceObjects;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Looks at the run's migrator Jobs, follows the log of the one that runs, and reads the logs of those that have ended. */
final class JobLook {

    private final KubernetesClient client;
    private final Consumer<String> progressed;
    private final MigratorLogReader logs;
    private final MigratorFailureClassifier classifier = new MigratorFailureClassifier();

    /** @param progressed called with the run's uid when its migrator has printed something new */
    JobLook(KubernetesClient client, Consumer<String> progressed) {
        this.client = client;
        this.progressed = progressed;
        logs = new MigratorLogReader(client);
    }

    Facts look(Situation situation, RunMemory memory, NamespaceObjects objects) {
        MigratorJobReader reader = new MigratorJobReader(memory.redactor());
        List<MigratorJobState> jobs = objects.jobs().stream()
                .flatMap(job -> reader.read(job, objects.pods()).stream())
                .filter(job -> job.isOf(situation.run().name(), situation.run().uid()))
                .toList();
        Optional<MigratorProgress> progress = jobs.stream()
                .filter(job -> job.kind() == MigratorJobKind.DOWNGRADE)
                .max(Comparator.comparingInt(MigratorJobState::attempt))
                .filter(job -> job.phase() == MigratorJobPhase.RUNNING)
                .flatMap(job -> follow(situation, memory, job));
        return situation.facts().withJobs(jobs, progress, lingering(situation, jobs, objects));
    }

    /**
     * Pods that carry the run's label of a downgrade, are not gone, and belong to no Job of the run that is under way: also those of
     * a copy of such a Job under another name.
     */
    private static List<LingeringPod> lingering(
            Situation situation, List<MigratorJobState> jobs, NamespaceObjects objects) {
        Set<String> working = jobs.stream()
                .filter(job -> job.kind() == MigratorJobKind.DOWNGRADE && !job.isFinished())
                .flatMap(job -> job.podName().stream())
                .collect(Collectors.toSet());
        return objects.pods().stream()
                .filter(pod -> situation.run().uid().equals(label(pod, MigratorLabels.RUN_UID))
                        && MigratorJobKind.DOWNGRADE.id().equals(label(pod, MigratorLabels.JOB)))
                .filter(pod -> pod.getStatus() == null
                        || !Set.of("Succeeded", "Failed")
                                .contains(String.valueOf(pod.getStatus().getPhase())))
                .filter(pod -> !working.contains(pod.getMetadata().getName()))
                .map(pod -> new LingeringPod(
                        pod.getMetadata().getName(),
                        StatusTime.read(pod.getMetadata().getDeletionTimestamp())))
                .toList();
    }

    private static String label(Pod pod, String name) {
        return pod.getMetadata().getLabels() == null
                ? ""
                : pod.getMetadata().getLabels().getOrDefault(name, "");
    }

    private Optional<MigratorProgress> follow(Situation situation, RunMemory memory, MigratorJobState job) {
        if (job.podName().isEmpty()) {
            return Optional.empty();
        }
        String pod = job.podName().get();
        Optional<MigratorLogFollower> running = memory.follower(pod);
        if (running.isEmpty()) {
            if (memory.passwords().isEmpty()) {
                // What it prints could not be redacted; how far it is comes from the tables meanwhile.
                return Optional.empty();
            }
            String uid = situation.run().uid();
            MigratorLogFollower follower = new MigratorLogFollower(
                    client,
                    situation.run().namespace(),
                    pod,
                    MigratorContainers.DOWNGRADE,
                    memory.redactor(),
                    seen -> progressed.accept(uid));
            memory.follow(pod, follower);
            follower.start();
            running = Optional.of(follower);
        }
        return Optional.of(running.get().progress());
    }

    /** What the last Job that has ended of the kind that the current step runs said. */
    Optional<JobResult> result(Situation situation, RunMemory memory) {
        MigratorJobKind kind = kind(situation);
        return situation.facts().jobs().orElse(List.of()).stream()
                .filter(job -> job.isFinished() && job.kind() == kind)
                .max(Comparator.comparingInt(MigratorJobState::attempt))
                .map(job -> memory.result(
                        job.uid(), () -> read(situation, memory.redactor(), ended(situation, memory.redactor(), job))));
    }

    /**
     * The Job with its pod as it is now: the watch of Jobs may be ahead of that of pods, and a Job that has ended then seems
     * to have containers without an exit code.
     */
    private MigratorJobState ended(Situation situation, Redactor redactor, MigratorJobState seen) {
        boolean whole = !seen.containers().isEmpty()
                && seen.containers().stream()
                        .allMatch(container -> container.exitCode().isPresent());
        if (whole) {
            return seen;
        }
        String namespace = situation.run().namespace();
        Job job = client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(seen.name())
                .get();
        if (job == null || !seen.uid().equals(job.getMetadata().getUid())) {
            return seen;
        }
        List<Pod> pods = client.pods()
                .inNamespace(namespace)
                .withLabel("batch.kubernetes.io/job-name", seen.name())
                .list()
                .getItems();
        return new MigratorJobReader(redactor).read(job, pods).orElse(seen);
    }

    /** Not the latest of all: a resource that lost its status goes through its checks while its downgrade is there already. */
    private static MigratorJobKind kind(Situation situation) {
        return situation
                .journal()
                .current()
                .map(step -> switch (step.name()) {
                    case MIGRATE -> MigratorJobKind.DOWNGRADE;
                    case VERIFY_SCHEMA -> MigratorJobKind.DRIFT;
                    default -> MigratorJobKind.CHECKS;
                })
                .orElse(MigratorJobKind.CHECKS);
    }

    private JobResult read(Situation situation, Redactor redactor, MigratorJobState job) {
        Map<Schema, DriftResult> drift = new EnumMap<>(Schema.class);
        if (job.kind() != MigratorJobKind.DOWNGRADE) {
            for (Schema schema : Schema.values()) {
                String container = MigratorContainers.drift(schema);
                OptionalInt exit = job.container(container)
                        .map(outcome -> outcome.exitCode())
                        .orElse(OptionalInt.empty());
                // Without drift there is nothing in the log to be told.
                String log = exit.isPresent() && exit.getAsInt() == 0 ? "" : log(situation, job, container);
                drift.put(schema, new DriftReport(redactor).parse(log, exit));
            }
        }
        if (job.kind() == MigratorJobKind.DRIFT) {
            return new JobResult(job.name(), Optional.empty(), drift, List.of(), List.of());
        }
        String container =
                job.kind() == MigratorJobKind.CHECKS ? MigratorContainers.DRY_RUN : MigratorContainers.DOWNGRADE;
        MigratorProgress progress = new MigratorLogParser(redactor).parse(log(situation, job, container));
        Optional<MigratorFailure> failure = classifier.classify(job, container, progress);
        List<Minor> hops = progress.plan().stream().map(MigratorHop::to).toList();
        List<Integer> outOfBand = progress.plan().stream()
                .flatMap(hop -> hop.outOfBand().stream())
                .sorted()
                .toList();
        return new JobResult(job.name(), failure, drift, hops, outOfBand);
    }

    private String log(Situation situation, MigratorJobState job, String container) {
        return job.podName()
                .flatMap(pod -> logs.read(situation.run().namespace(), pod, container))
                .orElse("");
    }
}
