package com.sourcegraph.downgrade.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Tells from the workloads as they were read what still stands between the instance and quiet. */
public final class QuiesceReader {
    public QuiesceState read(Workloads workloads, String runUid) {
        return read(workloads, runUid, ref -> false);
    }

    /**
     * @param stopped what the run is known to have stopped. A tool that writes its own whole object takes the run's marks off it, and
     *     has brought it back all the same.
     */
    public QuiesceState read(Workloads workloads, String runUid, Predicate<WorkloadRef> stopped) {
        List<Obstacle> obstacles = new ArrayList<>();
        workloads.connected().forEach(workload -> add(workload, runUid, stopped, obstacles));
        return new QuiesceState(obstacles);
    }

    private static void add(
            Workload workload, String runUid, Predicate<WorkloadRef> stopped, List<Obstacle> obstacles) {
        WorkloadRef ref = workload.ref();
        List<PodRef> pods = workload.pods().stream().filter(pod -> !pod.gone()).toList();
        Optional<String> why = workload.cannotBeStopped();
        if (why.isPresent()) {
            // A migrator that is suspended can be resumed at any moment.
            boolean mayRun = workload.up() || workload.migrator() && !workload.finished();
            if (!pods.isEmpty() || (workload.suspendable() && mayRun)) {
                obstacles.add(new Obstacle.NotOurs(ref, workload.migrator(), notOurs(workload, why.get(), pods)));
            }
            return;
        }
        if (workload.migrator() && !(pods.isEmpty() && workload.jobsAtWork().isEmpty())) {
            // What a CronJob has started goes on, though it starts nothing more.
            obstacles.add(new Obstacle.NotOurs(ref, true, notOurs(workload, Workload.MIGRATES, pods)));
        }
        workload.autoscaler()
                .filter(autoscaler -> needsPause(autoscaler, runUid))
                .ifPresent(autoscaler -> obstacles.add(new Obstacle.NotQuiesced(
                        ref, "HorizontalPodAutoscaler/" + autoscaler.name() + " can scale " + ref + " up from zero")));
        if (workload.up()) {
            obstacles.add(up(workload, workload.quiescedBy(runUid) || stopped.test(ref)));
            return;
        }
        if (workload.quiescedBy().isPresent() && !workload.quiescedBy(runUid) && !workload.finished()) {
            obstacles.add(
                    new Obstacle.NotQuiesced(ref, ref + " was stopped by an earlier run that has not restored it"));
        }
        pods.forEach(pod -> obstacles.add(new Obstacle.PodNotGone(ref, pod, message(workload, pod))));
        if (pods.isEmpty()) {
            workload.jobsAtWork().stream()
                    .map(job -> new Obstacle.JobNotEnded(ref, job, message(workload, job)))
                    .forEach(obstacles::add);
        }
        if (pods.isEmpty()
                && workload.scalable()
                && workload.rollout() instanceof RolloutState.Progressing progressing) {
            obstacles.add(new Obstacle.NotObserved(ref, ref + ": " + progressing.message()));
        }
    }

    /** What does not stop, or cannot tell whether it runs, has more to it than that nobody may stop it. */
    private static String notOurs(Workload workload, String why, List<PodRef> pods) {
        String stuck = pods.stream()
                .filter(pod -> pod.terminating() || pod.phase().equals("Unknown"))
                .map(pod -> "; " + message(workload, pod))
                .collect(Collectors.joining());
        return workload.ref() + " is connected to a database (" + workload.reason() + ") and " + why + stuck;
    }

    private static boolean needsPause(Autoscaler autoscaler, String runUid) {
        boolean byAnother =
                autoscaler.quiescedBy().filter(other -> !other.equals(runUid)).isPresent();
        return autoscaler.canScaleFromZero() && (!autoscaler.scaleUpDisabled() || byAnother);
    }

    private static Obstacle up(Workload workload, boolean again) {
        WorkloadRef ref = workload.ref();
        String now = workload.scalable() ? at(workload.replicas().getAsInt()) : "not suspended";
        if (!again) {
            return new Obstacle.NotQuiesced(ref, ref + " is " + now);
        }
        Optional<FieldOwner> by = workload.fieldOwners().stream()
                .filter(owner -> !owner.manager().equals(Markers.FIELD_MANAGER))
                .findFirst();
        String who = by.map(FieldOwner::shown).orElse(FieldOwner.NAMELESS);
        String what = workload.scalable() ? "scaled up again by " : "resumed by ";
        return new Obstacle.BroughtBack(ref, by, ref + " was " + what + who + " and is " + now);
    }

    private static String at(int replicas) {
        return "at " + replicas + (replicas == 1 ? " replica" : " replicas");
    }

    /** Between two pods, or where none could be made: the next one connects. */
    private static String message(Workload workload, String job) {
        return "Job " + job + " of " + workload.ref() + " has not ended and may start a pod at any moment";
    }

    private static String message(Workload workload, PodRef pod) {
        String name = "pod " + pod.name() + " of " + workload.ref();
        String node = pod.nodeName().map(text -> " on node " + text).orElse("");
        if (pod.phase().equals("Unknown")) {
            return name + node + " is in phase Unknown: its node does not answer and the pod may still write;"
                    + " bring the node back, or make sure that it is off and then: kubectl -n " + workload.namespace()
                    + " delete pod " + pod.name()
                    + " --force";
        }
        if (pod.terminating()) {
            return name + node + " is stopping since " + pod.since().orElseThrow() + " and has until "
                    + pod.deletionTimestamp().orElseThrow();
        }
        return name + node + " is still " + pod.phase()
                + pod.since().map(since -> " since " + since).orElse("");
    }
}
