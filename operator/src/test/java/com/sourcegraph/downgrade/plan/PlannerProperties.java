package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.Strategy;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;

/**
 * Whatever happens to a run, in whatever order: no promise is broken on the way ({@link PromiseWatch} looks at every action
 * and every status), and it comes to an end or to a stop that names what to do.
 */
class PlannerProperties {
    /** More turns than the longest undisturbed run with every deadline passed needs. */
    private static final int MOST_TURNS = 400;

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void aRunThatNobodyHelpsEndsOrSaysWhatToDo(@ForAll("stories") WorldCase story) {
        PlannedRun run = disturbed(story);

        for (int turn = 0; turn < MOST_TURNS && !run.finished(); turn++) {
            run.turn();
        }

        SourcegraphDowngradeStatus status = run.world.status.orElseThrow();
        if (!run.finished()) {
            boolean stopped = PromiseWatch.holds(status, ConditionType.STALLED)
                    || PromiseWatch.holds(status, ConditionType.SUSPENDED)
                    || run.last().filter(PlannerProperties::waitsForApproval).isPresent();
            assertThat(stopped)
                    .as("still going on, by %s, with %s", run.last(), status)
                    .isTrue();
            assertThat(status.nextAction()).contains("kubectl ");
        }
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void aRunWhosePersonDoesWhatItSaysEnds(@ForAll("stories") WorldCase story) {
        PlannedRun run = disturbed(story);
        PatientPerson person = new PatientPerson();

        for (int turn = 0; turn < MOST_TURNS && !run.finished(); turn++) {
            person.obey(run.world);
            run.turn();
        }

        assertThat(run.finished())
                .as("by %s, with %s", run.last(), run.world.status)
                .isTrue();
        boolean leave = run.world.spec.cancel() || run.world.deleting;
        boolean complete = PromiseWatch.holds(run.world.status.orElseThrow(), ConditionType.COMPLETE);
        assertThat(complete || leave)
                .as("a run that nobody has called off reaches its target")
                .isTrue();
    }

    @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
    void anEndedRunDoesNothingMore(@ForAll("stories") WorldCase story) {
        PlannedRun run = disturbed(story);
        PatientPerson person = new PatientPerson();
        for (int turn = 0; turn < MOST_TURNS && !run.finished(); turn++) {
            person.obey(run.world);
            run.turn();
        }
        SourcegraphDowngradeStatus end = run.world.status.orElseThrow();

        for (Happening after : Happening.values()) {
            run.happen(after);
            run.turn();
            assertThat(run.last()).get().isInstanceOf(Move.Rest.class);
        }

        SourcegraphDowngradeStatus later = run.world.status.orElseThrow();
        assertThat(later.phase()).isEqualTo(end.phase());
        assertThat(later.nextAction()).isEqualTo(end.nextAction());
        assertThat(later.finishedAt()).isEqualTo(end.finishedAt());
        assertThat(later.steps()).isEqualTo(end.steps());
        assertThat(later.plan()).isEqualTo(end.plan());
        assertThat(later.conditions())
                .as("what is observed after the end is said, so that whoever waits for a generation ends")
                .allSatisfy(condition ->
                        assertThat(condition.getObservedGeneration()).isEqualTo(run.world.generation))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("observedGeneration")
                .isEqualTo(end.conditions());
    }

    /** Everything that was to happen has happened, and what others can repair is repaired. */
    private static PlannedRun disturbed(WorldCase story) {
        PlannedRun run = new PlannedRun(new PlannedWorld(story));
        for (WorldCase.Incident incident : story.incidents()) {
            for (int turn = 0; turn < incident.afterTurns(); turn++) {
                run.turn();
            }
            run.happen(incident.happening());
        }
        for (int turn = 0; turn < 12; turn++) {
            run.turn();
        }
        Happening.heal(run.world);
        return run;
    }

    private static boolean waitsForApproval(Move move) {
        return move instanceof Move.Wait wait && wait.stop().isPresent();
    }

    @Provide
    Arbitrary<WorldCase> stories() {
        Arbitrary<Tuple.Tuple3<String, String, Strategy>> ways = Arbitraries.of(
                Tuple.of("4.5.1", "4.4.2", Strategy.AUTO),
                Tuple.of("4.5.1", "4.4.2", Strategy.MIGRATOR),
                Tuple.of("5.0.6", "4.4.2", Strategy.AUTO),
                Tuple.of("4.5.1", "4.5.0", Strategy.AUTO),
                Tuple.of("4.5.1", "4.4.2", Strategy.MANIFESTS));
        Arbitrary<List<WorldCase.Incident>> incidents = Combinators.combine(
                        Arbitraries.integers().between(0, 9), Arbitraries.of(Happening.class))
                .as(WorldCase.Incident::new)
                .list()
                .ofMaxSize(7);
        return Combinators.combine(
                        ways,
                        Arbitraries.frequency(Tuple.of(9, Mode.RUN), Tuple.of(1, Mode.PLAN)),
                        Arbitraries.frequency(Tuple.of(2, Approval.AUTOMATIC), Tuple.of(1, Approval.MANUAL)),
                        Arbitraries.of(true, false),
                        incidents)
                .as((way, mode, approval, moved, happenings) ->
                        new WorldCase(way.get1(), way.get2(), way.get3(), mode, approval, moved, happenings));
    }
}
