package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.workload.Obstacle;
import com.sourcegraph.downgrade.workload.QuiesceReader;
import com.sourcegraph.downgrade.workload.QuiesceState;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Takes everything that is connected to zero, and waits until the pods are gone and the databases show no session. */
final class QuiescePolicy implements StepPolicy {

    private final QuiesceReader reader = new QuiesceReader();
    private final QuietWatch watch = new QuietWatch();
    private final QuietRemedies remedies = new QuietRemedies();

    @Override
    public StepName step() {
        return StepName.QUIESCE;
    }

    @Override
    public Decision decide(Situation situation) {
        Optional<Decision> loud = untilQuiet(situation, step());
        return loud.orElseGet(() -> {
            int stopped = (int) situation.facts().workloads().orElseThrow().connected().stream()
                    .filter(workload -> workload.quiescedBy(situation.run().uid()))
                    .count();
            return new Decision.Go(
                    WorkloadNotes.of(situation),
                    new Move.Conclude(
                            step(),
                            StepState.DONE,
                            "Workloads stopped: " + stopped + "; no pod and no database session of theirs is left"));
        });
    }

    /** What is still to be done or waited for until the instance is quiet; empty when it is. */
    Optional<Decision> untilQuiet(Situation situation, StepName step) {
        Optional<Decision> stopping = untilStopped(situation, step);
        if (stopping.isPresent()) {
            return stopping;
        }
        if (situation.facts().databases().isEmpty()) {
            return Optional.of(Decision.look(Need.DATABASES));
        }
        return sessions(situation, step, Rivals.of(situation));
    }

    /** The same without a look at the databases, which need not answer: nothing connected is up, and no pod of it is left. */
    Optional<Decision> untilStopped(Situation situation, StepName step) {
        if (situation.facts().workloads().isEmpty()) {
            return Optional.of(Decision.look(Need.WORKLOADS));
        }
        QuiesceState quiesce = read(situation);
        Rivals rivals = Rivals.of(situation);
        // Once a migrator was started the schema is no longer the newer one, and the newer services must not even
        // start.
        boolean untouched = MigrationNotes.attempt(situation.journal()) == 0;
        boolean beforeTheMigrator = step == StepName.QUIESCE || step == StepName.MIGRATE;
        List<WorkloadRef> refs = quiesce.toQuiesce().stream()
                .filter(ref -> !beforeTheMigrator || !untouched || !rivals.restless(ref))
                .toList();
        if (!refs.isEmpty()) {
            Move.Perform down = scaleDown(step, quiesce, refs);
            String next = remedies.stop(situation, quiesce.of(refs.get(0)));
            return Optional.of(again(
                    situation,
                    quiesce,
                    new Move.Perform(
                            step, down.action(), down.intent(), watch.judge(situation, step, down.intent(), next))));
        }
        Duration restless = beforeTheMigrator ? rivals.untilCalm() : Duration.ZERO;
        if (!quiesce.quiet()) {
            String next = remedies.stop(situation, quiesce.obstacles().get(0));
            return Optional.of(new Decision.Go(
                    WorkloadNotes.of(situation),
                    wait(
                            situation,
                            step,
                            rivals.beside(quiesce.message()),
                            restless.isZero() ? Planner.SAFETY_NET : restless,
                            next)));
        }
        if (!restless.isZero()) {
            // Who brought something back is told instead of this.
            String next = "Leave everything alone: "
                    + situation
                            .run()
                            .kubectl("describe sgdowngrade " + situation.run().name());
            return Optional.of(new Decision.Go(
                    WorkloadNotes.of(situation),
                    wait(
                            situation,
                            step,
                            rivals.beside("Waits until everything has been left alone for " + Rivals.CALM.toSeconds()
                                    + " seconds"),
                            restless,
                            next)));
        }
        return Optional.empty();
    }

    /** Scales down what is not at zero, also what someone has brought back meanwhile: at once, because a migrator was started. */
    Optional<Decision> scaleDown(Situation situation, StepName step) {
        QuiesceState quiesce = read(situation);
        List<WorkloadRef> refs = quiesce.toQuiesce();
        return refs.isEmpty()
                ? Optional.empty()
                : Optional.of(again(situation, quiesce, scaleDown(step, quiesce, refs)));
    }

    private QuiesceState read(Situation situation) {
        return reader.read(
                situation.facts().workloads().orElseThrow(),
                situation.run().uid(),
                ref -> WorkloadNotes.stopped(situation.journal(), ref));
    }

    private static Move.Perform scaleDown(StepName step, QuiesceState quiesce, List<WorkloadRef> refs) {
        String names = refs.stream().map(WorkloadRef::toString).collect(Collectors.joining(", "));
        String why = quiesce.broughtBack().isEmpty()
                ? ""
                : " again ("
                        + quiesce.broughtBack().stream().map(Obstacle::message).collect(Collectors.joining("; ")) + ")";
        return new Move.Perform(step, new Action.QuiesceWorkloads(refs), "Scaling to zero" + why + ": " + names);
    }

    /** With a note of who brought back what is scaled down now. */
    private static Decision again(Situation situation, QuiesceState quiesce, Move.Perform down) {
        List<WorkloadRef> refs = ((Action.QuiesceWorkloads) down.action()).workloads();
        List<Obstacle.BroughtBack> again = quiesce.broughtBack().stream()
                .filter(obstacle -> refs.contains(obstacle.workload()))
                .toList();
        return new Decision.Go(WorkloadNotes.of(situation, again), down);
    }

    private Move.Wait wait(Situation situation, StepName step, String message, Duration atMost, String next) {
        return new Move.Wait(step, message, atMost, watch.judge(situation, step, message, next));
    }

    private Optional<Decision> sessions(Situation situation, StepName step, Rivals rivals) {
        if (situation.facts().databases().get() instanceof DatabaseFacts.Unknown unknown) {
            return Optional.of(Decision.go(wait(
                    situation,
                    step,
                    "Cannot look whether sessions are left: " + unknown.message() + " " + unknown.remedy(),
                    Planner.SAFETY_NET,
                    remedies.ask(situation, unknown))));
        }
        DatabaseState state =
                ((DatabaseFacts.Seen) situation.facts().databases().get()).state();
        if (!state.allReachable()) {
            String which = state.unreachable().entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + entry.getValue())
                    .collect(Collectors.joining("; "));
            return Optional.of(Decision.go(wait(
                    situation,
                    step,
                    "Cannot look whether sessions are left: " + which,
                    Planner.SOON,
                    remedies.answer(situation))));
        }
        List<OpenSession> blocking = new SessionRule(situation.spec().quiesce().ignoreSessions()).open(state);
        if (blocking.isEmpty()) {
            return Optional.empty();
        }
        List<String> told = blocking.stream().map(OpenSession::describe).toList();
        return Optional.of(Decision.go(wait(
                situation,
                step,
                rivals.beside("Waits until these database sessions are gone: " + String.join("; ", shortened(told))),
                Planner.SOON,
                remedies.end(situation, blocking))));
    }

    private static List<String> shortened(List<String> sessions) {
        return sessions.size() <= 5
                ? sessions
                : java.util.stream.Stream.concat(
                                sessions.stream().limit(5), java.util.stream.Stream.of((sessions.size() - 5) + " more"))
                        .toList();
    }
}
