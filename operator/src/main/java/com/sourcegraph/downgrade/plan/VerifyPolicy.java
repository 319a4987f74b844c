package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ImageName;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Proves that the instance is the target release: the row, the frontend, its image. Then lets go of the instance. */
final class VerifyPolicy implements StepPolicy {

    @Override
    public StepName step() {
        return StepName.VERIFY;
    }

    @Override
    public Decision decide(Situation situation) {
        Facts facts = situation.facts();
        if (facts.workloads().isEmpty()
                || facts.databases().isEmpty()
                || facts.history().isEmpty()) {
            return Decision.look(Need.WORKLOADS, Need.DATABASES, Need.HISTORY);
        }
        if (facts.databases().get() instanceof DatabaseFacts.Unknown unknown) {
            Optional<Stop> late = DeadlineWatch.overdue(situation, step(), unknown.message())
                    .map(stop -> new Stop(stop.reason(), stop.message(), new QuietRemedies().ask(situation, unknown)));
            return Decision.go(new Move.Wait(step(), unknown.message(), Planner.REPAIR, late));
        }
        DatabaseState state = ((DatabaseFacts.Seen) facts.databases().get()).state();
        List<String> open =
                new ArrayList<>(SchemaRule.problems(state, situation.to().toMinor()));
        open.addAll(frontend(situation));
        if (!open.isEmpty()) {
            return notYet(situation, open);
        }
        Optional<Decision> release = release(situation, RunRecord.COMPLETE);
        if (release.isPresent()) {
            return release.get();
        }
        String row = state.versions().map(VersionsRow::version).orElse("");
        List<JournalEntry> entries = new ArrayList<>(WorkloadNotes.of(situation));
        entries.add(new JournalEntry.VersionSeen(false, row));
        return new Decision.Go(
                entries,
                new Move.Conclude(
                        step(),
                        StepState.DONE,
                        "The versions row says " + row + " and the frontend serves that release"));
    }

    /** Starting takes its time; what is not there by the step's deadline does not come by itself. */
    private Decision notYet(Situation situation, List<String> open) {
        String what = "The instance is not the target release yet: " + String.join("; ", open);
        Optional<Stop> stop = DeadlineWatch.overdue(situation, step(), what)
                .map(
                        overdue -> new Stop(
                                Reason.INSTANCE_NOT_VERIFIED,
                                overdue.message(),
                                "Find out why in the frontend's log, repair it, and the run goes on by itself: "
                                        + situation
                                                .run()
                                                .kubectl(
                                                        "logs -l app=sourcegraph-frontend --all-containers --prefix --tail=200")));
        return Decision.go(new Move.Wait(step(), what, Planner.SOON, stop));
    }

    /** Lets go of the instance in the record of runs; empty when that is done. */
    static Optional<Decision> release(Situation situation, String outcome) {
        RunHistory history = situation.facts().history().orElseThrow();
        boolean held = history.heldBy(situation.run().uid());
        if (!held && history.ended(situation.run().uid()).isPresent()) {
            return Optional.empty();
        }
        // A record that somebody has deleted in the middle of the run is written anew: it keeps the resource from
        // running again.
        RunRecord ended = (held ? history.holder().orElseThrow() : Gate.record(situation))
                .ended(situation.now().toString(), outcome);
        StepName step = outcome.equals(RunRecord.COMPLETE) ? StepName.VERIFY : StepName.PUT_BACK;
        return Optional.of(Decision.go(new Move.Perform(
                step, new Action.ReleaseInstance(ended), "Recording the end of the run in the namespace's history")));
    }

    /** A plan names the release of the target manifests, which has a patch unless their tags have none. */
    private static boolean isTarget(Version version, Version to) {
        return to.patch().isPresent() ? version.equals(to) : version.toMinor().equals(to.toMinor());
    }

    private static List<String> frontend(Situation situation) {
        Optional<Workload> frontend =
                situation.facts().workloads().orElseThrow().frontend();
        if (frontend.isEmpty()) {
            return List.of("there is no frontend");
        }
        List<String> open = new ArrayList<>();
        if (!frontend.get().up() || !frontend.get().rollout().complete()) {
            open.add(frontend.get().ref() + " is not fully available");
        }
        for (ImageName image : frontend.get().imagesOf(Component.FRONTEND)) {
            Optional<Version> version = image.version();
            if (version.isPresent() && !isTarget(version.get(), situation.to())) {
                open.add(frontend.get().ref() + " runs image " + image);
            }
        }
        return open;
    }
}
