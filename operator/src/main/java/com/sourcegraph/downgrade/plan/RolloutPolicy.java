package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.workload.RestoreMode;
import com.sourcegraph.downgrade.workload.RestoreScope;
import com.sourcegraph.downgrade.workload.Restorer;
import com.sourcegraph.downgrade.workload.RolloutState;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Gives back the replicas that the manifests do not name, also where a run had stopped them whose resource has gone, and waits
 * until every workload is fully available.
 */
final class RolloutPolicy implements StepPolicy {

    /** How long a workload may crash or miss its image before a person is told: services restart while the frontend starts. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    @Override
    public StepName step() {
        return StepName.ROLLOUT;
    }

    @Override
    public Decision decide(Situation situation) {
        if (situation.facts().workloads().isEmpty()) {
            return Decision.look(Need.WORKLOADS);
        }
        Optional<Decision> open = untilAvailable(
                situation,
                step(),
                RestoreMode.ROLLOUT,
                situation.facts().workloads().get().all());
        return open.orElseGet(() -> new Decision.Go(
                WorkloadNotes.of(situation),
                new Move.Conclude(step(), StepState.DONE, "Every workload is of its newest generation and available")));
    }

    /**
     * What this run stopped is brought back and waited for; what was broken before is no business of a cancel, and what an
     * earlier run had stopped stays so.
     */
    static Optional<Decision> untilPutBack(Situation situation, StepName step) {
        List<String> stopped = situation
                .journal()
                .status()
                .map(SourcegraphDowngradeStatus::plan)
                .map(PlanStatus::scale)
                .orElse(List.of());
        List<Workload> awaited = situation.journal().acted()
                ? situation.facts().workloads().orElseThrow().all().stream()
                        .filter(workload -> stopped.contains(workload.ref().toString()))
                        .filter(workload -> workload.quiescedBy().isEmpty())
                        .toList()
                : List.of();
        return untilAvailable(situation, step, RestoreMode.CANCEL, awaited);
    }

    private static Optional<Decision> untilAvailable(
            Situation situation, StepName step, RestoreMode mode, List<Workload> awaited) {
        List<Workload> all = situation.facts().workloads().orElseThrow().all();
        RestoreScope scope = new RestoreScope(
                mode, situation.run().uid(), situation.facts().queue().liveUids());
        List<Workload> pending = all.stream()
                .filter(workload -> Restorer.pending(workload, scope))
                .toList();
        if (!pending.isEmpty()) {
            List<WorkloadRef> refs = pending.stream().map(Workload::ref).toList();
            return Optional.of(new Decision.Go(
                    WorkloadNotes.of(situation),
                    new Move.Perform(step, new Action.RestoreWorkloads(refs, scope), intent(pending, scope))));
        }
        Optional<Decision> waiting = waiting(situation, step, awaited);
        // A run that has written nothing has nothing that a watch could tell too late.
        return waiting.isEmpty()
                        && situation.journal().acted()
                        && !situation.facts().workloadsNow()
                ? Optional.of(Decision.look(Need.WORKLOADS_NOW))
                : waiting;
    }

    private static String intent(List<Workload> pending, RestoreScope scope) {
        Map<Boolean, String> names = pending.stream()
                .collect(Collectors.partitioningBy(
                        workload -> Restorer.leaves(workload, scope),
                        Collectors.mapping(workload -> workload.ref().toString(), Collectors.joining(", "))));
        List<String> parts = new ArrayList<>();
        if (!names.get(false).isEmpty()) {
            parts.add("Bringing back " + names.get(false));
        }
        if (!names.get(true).isEmpty()) {
            parts.add("Leaving stopped, as an earlier run had left it: " + names.get(true));
        }
        return String.join("; ", parts);
    }

    private static Optional<Decision> waiting(Situation situation, StepName step, List<Workload> all) {
        List<String> open = new ArrayList<>();
        List<String> stuck = new ArrayList<>();
        for (Workload workload : all) {
            if (!workload.scalable() && !workload.ref().kind().equals("DaemonSet")) {
                continue;
            }
            if (!workload.rollout().complete()) {
                open.add(told(workload));
            }
            if (workload.rollout() instanceof RolloutState.Stuck) {
                stuck.add(told(workload));
            }
        }
        if (open.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Decision.Go(
                WorkloadNotes.of(situation),
                new Move.Wait(
                        step,
                        "Waits for " + String.join("; ", open),
                        Planner.SAFETY_NET,
                        stopFor(situation, step, stuck))));
    }

    /** A workload and what it waits for. */
    static String told(Workload workload) {
        return workload.ref() + ": " + workload.rollout().explain();
    }

    /** A stop for what does not become available, once that has had its time. @param stuck as told */
    static Optional<Stop> stopFor(Situation situation, StepName step, List<String> stuck) {
        return stuck.isEmpty() || situation.now().isBefore(situation.begun(step).plus(PATIENCE))
                ? Optional.empty()
                : Optional.of(new Stop(
                        Reason.ROLLOUT_STUCK,
                        "Workloads do not become available: " + String.join("; ", stuck),
                        "Repair what it names; the run goes on by itself: "
                                + situation.run().kubectl("get pods")));
    }
}
