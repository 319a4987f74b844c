package com.sourcegraph.downgrade.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.plan.JournalEntry;
import com.sourcegraph.downgrade.plan.Move;
import com.sourcegraph.downgrade.plan.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One event for one change; none for waiting. */
class TransitionReaderTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final TransitionReader reader = new TransitionReader();

    @Test
    void theFirstStatusIsTheBeginning() {
        assertThat(reader.between(Optional.empty(), new Moments().accepted().status()))
                .containsExactly(new Transition(false, "Accepted", "The run has begun"));
    }

    @Test
    void stepsBeginAndEndWithOneEventEach() {
        Moments moments = new Moments().accepted();

        assertThat(told(moments, new Move.Enter(StepName.PREFLIGHT)))
                .containsExactly(new Transition(false, "PreflightStarted", "Step Preflight has begun"));
        assertThat(told(moments, new Move.Conclude(StepName.PREFLIGHT, StepState.DONE, "All checks passed")))
                .containsExactly(new Transition(false, "PreflightDone", "Step Preflight: All checks passed"));
        assertThat(told(moments, new Move.Conclude(StepName.APPROVAL, StepState.SKIPPED, "Not asked for")))
                .containsExactly(new Transition(false, "ApprovalSkipped", "Step Approval: Not asked for"));
    }

    @Test
    void waitingIsToldOnceHoweverLongItLastsAndHoweverItsWordsChange() {
        Moments moments = StatusFactoryTest.quiescing();
        told(moments, wait("3 pods are left", Optional.empty()));

        assertThat(told(moments.later(SOON), wait("2 pods are left", Optional.empty())))
                .isEmpty();
        assertThat(told(moments.later(SOON), wait("1 pod is left", Optional.empty())))
                .isEmpty();
    }

    @Test
    void aStopIsAWarningOnceAndItsEndIsToldOnce() {
        Moments moments = StatusFactoryTest.quiescing();
        Stop stop = new Stop(Reason.ROLLOUT_STUCK, "It is stuck", "Look");
        Stop other = new Stop(Reason.MANIFESTS_CHANGED, "They changed", "Put them back");

        assertThat(told(moments, wait("waits", Optional.of(stop))))
                .containsExactly(new Transition(true, "RolloutStuck", "It is stuck"));
        assertThat(told(moments.later(SOON), wait("waits", Optional.of(stop)))).isEmpty();
        assertThat(told(moments.later(SOON), wait("waits", Optional.of(other))))
                .containsExactly(new Transition(true, "ManifestsChanged", "They changed"));
        assertThat(told(moments.later(SOON), wait("waits", Optional.empty())))
                .containsExactly(new Transition(false, "Resumed", "What stood in the way is gone; the run goes on"));
        assertThat(told(moments.later(SOON), wait("waits", Optional.empty()))).isEmpty();
    }

    @Test
    void thePlanIsToldWhenItIsResolvedAndWhenItChanges() {
        Moments moments = new Moments().accepted();

        assertThat(told(moments, new Move.Note(), planned("1")))
                .containsExactly(new Transition(
                        false,
                        "PlanResolved",
                        "From 5.0.6 to 4.4.2 by strategy Migrator, because 8 minors lie between 5.0 and 4.4"));
        assertThat(told(moments, new Move.Note(), planned("1"))).isEmpty();
        assertThat(told(moments, new Move.Note(), planned("2")))
                .extracting(Transition::reason)
                .containsExactly("PlanResolved");
    }

    @Test
    void thePointOfNoReturnAnAttemptAndAHoldAreTold() {
        Moments moments = StatusFactoryTest.quiescing();

        assertThat(told(moments, new Move.Note(), new JournalEntry.PointOfNoReturn()))
                .containsExactly(new Transition(
                        false, "PointOfNoReturn", "From here on the run cannot be cancelled, only finished"));
        assertThat(told(moments, new Move.Note(), new JournalEntry.Attempt(StepName.QUIESCE, 1)))
                .isEmpty();
        assertThat(told(moments, new Move.Note(), new JournalEntry.Attempt(StepName.QUIESCE, 2)))
                .containsExactly(new Transition(false, "QuiesceRetried", "Step Quiesce, attempt 2"));
        assertThat(told(moments, new Move.Hold("Held by spec.suspend")))
                .containsExactly(new Transition(false, "Suspended", "Held by spec.suspend"));
        assertThat(told(moments, new Move.Note()))
                .extracting(Transition::reason)
                .containsExactly("Unsuspended");
    }

    @Test
    void theEndIsToldOnceAndIsAWarningOnlyIfItFailed() {
        Moments complete = new Moments().accepted();
        assertThat(told(complete, new Move.Finish(Move.Outcome.COMPLETE, Reason.PLANNED, "Planned", "Read it")))
                .filteredOn(transition -> !transition.reason().endsWith("Skipped"))
                .containsExactly(new Transition(false, "Planned", "Planned"));
        Moments failed = new Moments().accepted();
        assertThat(told(failed, new Move.Finish(Move.Outcome.FAILED, Reason.ALREADY_RAN, "Has run", "Another name")))
                .filteredOn(transition -> !transition.reason().endsWith("Skipped"))
                .containsExactly(new Transition(true, "AlreadyRan", "Has run"));
        assertThat(told(failed.edited(), new Move.Rest(Optional.empty()))).isEmpty();
    }

    @Test
    void aRefusedCancelIsAWarningOnce() {
        Moments moments = StatusFactoryTest.quiescing();
        told(moments, new Move.Note(), new JournalEntry.PointOfNoReturn());

        assertThat(told(moments.cancelled(), wait("waits", Optional.empty())))
                .singleElement()
                .satisfies(transition -> {
                    assertThat(transition.warning()).isTrue();
                    assertThat(transition.reason()).isEqualTo("CancelRefused");
                });
        assertThat(told(moments.later(SOON), wait("waits on", Optional.empty())))
                .isEmpty();
    }

    private List<Transition> told(Moments moments, Move move, JournalEntry... entries) {
        SourcegraphDowngradeStatus before = moments.status();
        return reader.between(Optional.of(before), moments.write(move, entries).status());
    }

    private static Move wait(String message, Optional<Stop> stop) {
        return new Move.Wait(StepName.QUIESCE, message, SOON, stop);
    }

    private static JournalEntry planned(String digit) {
        return new JournalEntry.Planned(Moments.plan("sha256:" + digit.repeat(64), Strategy.MIGRATOR));
    }
}
