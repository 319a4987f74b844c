package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import com.sourcegraph.downgrade.workload.Classification;
import com.sourcegraph.downgrade.workload.FieldOwner;
import com.sourcegraph.downgrade.workload.Obstacle;
import com.sourcegraph.downgrade.workload.RolloutState;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the workloads as they are now into the journal. */
final class WorkloadNotes {

    private static final Map<Classification, String> NAMES = Map.of(
            Classification.DATABASE, "Database",
            Classification.DIRECT, "Direct",
            Classification.INDIRECT, "Indirect",
            Classification.UNKNOWN, "Unknown",
            Classification.INDEPENDENT, "Independent");

    private static final String STOPPED = "Quiesced";
    private static final String STOPPING = "Stopping";

    private WorkloadNotes() {}

    /** Whether the journal says that the run has stopped it. */
    static boolean stopped(Journal journal, WorkloadRef ref) {
        return journal.status().map(SourcegraphDowngradeStatus::workloads).orElse(List.of()).stream()
                .filter(note -> ref.kind().equals(note.kind()) && ref.name().equals(note.name()))
                .anyMatch(note -> note.broughtBackAt() != null
                        || note.state() != null
                                && (note.state().equals(STOPPED) || note.state().startsWith(STOPPING)));
    }

    static List<JournalEntry> of(Situation situation) {
        return of(situation, List.of());
    }

    /** @param broughtBack what is seen now of those who bring back what the run has stopped */
    static List<JournalEntry> of(Situation situation, List<Obstacle.BroughtBack> broughtBack) {
        return situation
                .facts()
                .workloads()
                .<List<JournalEntry>>map(workloads -> List.of(new JournalEntry.WorkloadsSeen(workloads.all().stream()
                        .map(workload ->
                                note(workload, situation.run().uid(), rival(situation, broughtBack, workload.ref())))
                        .toList())))
                .orElse(List.of());
    }

    private static Optional<Rival> rival(Situation situation, List<Obstacle.BroughtBack> broughtBack, WorkloadRef ref) {
        return broughtBack.stream()
                .filter(seen -> seen.workload().equals(ref))
                .findFirst()
                .map(seen -> Rivals.of(situation)
                        .seen(ref, seen.by().map(FieldOwner::shown).orElse(FieldOwner.NAMELESS)))
                .or(() -> Rivals.of(situation).of(ref));
    }

    private static WorkloadStatus note(Workload workload, String runUid, Optional<Rival> rival) {
        Integer before = workload.recordedReplicas().isPresent()
                ? Integer.valueOf(workload.recordedReplicas().getAsInt())
                : workload.replicas().isPresent()
                        ? Integer.valueOf(workload.replicas().getAsInt())
                        : null;
        return new WorkloadStatus(
                workload.ref().kind(),
                workload.ref().name(),
                NAMES.get(workload.classification()),
                workload.reason(),
                before,
                state(workload, runUid),
                rival.map(Rival::name).orElse(null),
                rival.map(seen -> text(seen.since())).orElse(null),
                rival.map(seen -> text(seen.at())).orElse(null));
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String state(Workload workload, String runUid) {
        if (workload.quiescedBy(runUid)) {
            long left = workload.pods().stream().filter(pod -> !pod.gone()).count();
            return left == 0 ? STOPPED : STOPPING + " (" + left + (left == 1 ? " pod left)" : " pods left)");
        }
        if (!workload.up()) {
            return "Down";
        }
        return workload.rollout() instanceof RolloutState.Complete ? "Running" : "RollingOut";
    }
}
