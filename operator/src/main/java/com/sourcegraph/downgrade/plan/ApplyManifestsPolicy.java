package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.ManifestOrder;
import com.sourcegraph.downgrade.manifest.ManifestProblem;
import com.sourcegraph.downgrade.manifest.ManifestSource;
import com.sourcegraph.downgrade.manifest.Phase;
import com.sourcegraph.downgrade.manifest.Removal;
import com.sourcegraph.downgrade.workload.RolloutState;
import com.sourcegraph.downgrade.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Applies the target manifests: databases first; once they run, the rest; then deletes what only the newer release has.
 *
 * <p>The rest begins when no database pod of the newer release is left and the older ones run, not when they are ready:
 * their probes are seconds apart, and a frontend's first container waits as long for a database that starts (migrator,
 * {@code DB_STARTUP_TIMEOUT}: it repeats a refused connection for ten seconds, and Kubernetes repeats the container).
 * While an old database pod stops, nothing new may connect to it: its end would cut off what has just begun.
 */
final class ApplyManifestsPolicy implements StepPolicy {

    /** In the journal the step's first part is what the databases need, the second the services. */
    private static final int SERVICES = 2;

    /** How often to look whether what was deleted is gone. A watch tells of workloads; of nothing else. */
    private static final Duration GOING = Duration.ofSeconds(2);

    private final QuiescePolicy quiesce = new QuiescePolicy();
    private final ManifestOrder order = new ManifestOrder();

    @Override
    public StepName step() {
        return StepName.APPLY_MANIFESTS;
    }

    @Override
    public Decision decide(Situation situation) {
        if (situation.facts().target().isEmpty()
                || situation.facts().workloads().isEmpty()) {
            return Decision.look(Need.TARGET, Need.WORKLOADS);
        }
        if (situation.journal().runsMigrator() && situation.journal().attempt(step()) < SERVICES) {
            // Until the older services are applied, whoever brings the newer ones back would run them on the older
            // schema. The databases themselves are restarted here, and need not answer.
            Optional<Decision> loud = quiesce.untilStopped(situation, step());
            if (loud.isPresent()) {
                return loud.get();
            }
        }
        if (situation.facts().target().get() instanceof TargetFacts.Unreadable unreadable) {
            return changed(
                    situation,
                    unreadable.problems().stream()
                            .map(ManifestProblem::toString)
                            .collect(Collectors.joining("; ")));
        }
        TargetFacts.Read target = (TargetFacts.Read) situation.facts().target().get();
        if (!target.bundle().digest().equals(situation.plan().manifestsDigest())) {
            return changed(situation, "their digest is " + target.bundle().digest() + ", not that of the plan");
        }
        return apply(situation, target);
    }

    private Decision apply(Situation situation, TargetFacts.Read target) {
        PlannedRemovals removals = new PlannedRemovals(situation.plan());
        ApplyPlan plan = removals.within(target.plan());
        Optional<Phase> next = order.next(plan);
        List<Workload> older = notReplaced(situation);
        if (next.isPresent() && next.get() != Phase.REST) {
            return perform(
                    situation, new Action.ApplyObjects(false), "Applying what the databases need, and the databases");
        }
        if (!older.isEmpty() && !plan.complete()) {
            List<String> stuck = older.stream()
                    .filter(database -> database.rollout() instanceof RolloutState.Stuck)
                    .map(RolloutPolicy::told)
                    .toList();
            return new Decision.Go(
                    WorkloadNotes.of(situation),
                    new Move.Wait(
                            step(),
                            "Waits for the databases to run before the rest is applied: "
                                    + older.stream().map(RolloutPolicy::told).collect(Collectors.joining("; ")),
                            Planner.SAFETY_NET,
                            RolloutPolicy.stopFor(situation, step(), stuck)));
        }
        if (next.isPresent()) {
            // That the databases were replaced needs to be seen once.
            if (situation.journal().attempt(step()) < SERVICES
                    && !situation.facts().workloadsNow()) {
                return Decision.look(Need.WORKLOADS_NOW);
            }
            List<JournalEntry> entries = new ArrayList<>(WorkloadNotes.of(situation));
            entries.add(new JournalEntry.Attempt(step(), SERVICES));
            return new Decision.Go(
                    entries,
                    new Move.Perform(
                            step(), new Action.ApplyObjects(true), "Applying the rest of the target manifests"));
        }
        if (!plan.removals().isEmpty()) {
            String names = plan.removals().stream()
                    .map(removal -> removal.key().toString())
                    .collect(Collectors.joining(", "));
            return plan.removals().stream().allMatch(removal -> removal.live().terminating())
                    ? new Decision.Go(
                            WorkloadNotes.of(situation),
                            new Move.Wait(
                                    step(),
                                    "Waits until what only the newer release has is gone: " + names,
                                    GOING,
                                    Optional.empty()))
                    : perform(
                            situation, new Action.PruneObjects(), "Deleting what only the newer release has: " + names);
        }
        if (!target.now()) {
            // The picture so far rests on the answers to the run's own writes; that all is done is read from facts.
            return Decision.look(Need.TARGET_NOW);
        }
        return new Decision.Go(
                WorkloadNotes.of(situation),
                new Move.Conclude(step(), StepState.DONE, done(removals.unplanned(target.plan()))));
    }

    private static String done(List<Removal> unplanned) {
        String done = "Every object is as the target manifests have it";
        return unplanned.isEmpty()
                ? done
                : done + "; not deleted, because it is not in status.plan.delete: "
                        + unplanned.stream()
                                .map(removal -> removal.key().toString())
                                .collect(Collectors.joining(", "));
    }

    private static List<Workload> notReplaced(Situation situation) {
        return situation.facts().workloads().orElseThrow().databases().stream()
                .filter(Workload::up)
                .filter(database -> !database.rollout().replaced())
                .toList();
    }

    private Decision perform(Situation situation, Action action, String intent) {
        return new Decision.Go(WorkloadNotes.of(situation), new Move.Perform(step(), action, intent));
    }

    private Decision changed(Situation situation, String how) {
        ManifestSource source = ManifestSources.of(situation.spec().manifests());
        return Decision.go(new Move.Wait(
                step(),
                "The target manifests are not those of the plan",
                Planner.REPAIR,
                Optional.of(new Stop(
                        Reason.MANIFESTS_CHANGED,
                        "The target manifests in " + source + " are not those that were planned and checked: " + how,
                        "Put the planned content back; the run goes on by itself: "
                                + source.replacement(situation.run().namespace())))));
    }
}
