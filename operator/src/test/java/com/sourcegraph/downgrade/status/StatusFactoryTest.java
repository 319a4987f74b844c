package com.sourcegraph.downgrade.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.plan.Action;
import com.sourcegraph.downgrade.plan.JournalEntry;
import com.sourcegraph.downgrade.plan.Move;
import com.sourcegraph.downgrade.plan.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatusFactoryTest {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final String WATCH =
            "Nothing to do. Watch it: kubectl -n sourcegraph get sgdowngrade back-to-4-4 -w";
    private static final Stop STOP =
            new Stop(Reason.MIGRATOR_FAILED, "Job m failed", "Read the log: kubectl logs job/m");
    private static final Stop APPROVAL =
            new Stop(Reason.APPROVAL_PENDING, "The plan waits", "Approve it: kubectl patch");

    static Stream<Arguments> moves() {
        String working = "Ready=False/%s Reconciling=True/%s Stalled=False/Progressing Suspended=False/Progressing";
        String progressing = working.formatted("Progressing", "Progressing");
        Move.Wait wait = new Move.Wait(StepName.QUIESCE, "Waits for pods", SOON, Optional.empty());
        return Stream.of(
                Arguments.of(new Move.Note(), progressing, Phase.QUIESCING, WATCH),
                Arguments.of(wait, progressing, Phase.QUIESCING, WATCH),
                Arguments.of(
                        new Move.Wait(StepName.QUIESCE, "Waits for a decision", SOON, Optional.of(STOP)),
                        "Ready=False/MigratorFailed Reconciling=False/MigratorFailed Stalled=True/MigratorFailed Suspended=False/Progressing",
                        Phase.STALLED,
                        "Read the log: kubectl logs job/m"),
                Arguments.of(
                        new Move.Wait(StepName.QUIESCE, "Waits for approval", SOON, Optional.of(APPROVAL)),
                        working.formatted("ApprovalPending", "ApprovalPending"),
                        Phase.AWAITING_APPROVAL,
                        "Approve it: kubectl patch"),
                Arguments.of(
                        new Move.Stand(Reason.WAITING_FOR_OTHER, "Waits for a", "Wait until a has ended", SOON),
                        working.formatted("WaitingForOther", "WaitingForOther"),
                        Phase.PENDING,
                        "Wait until a has ended"),
                Arguments.of(
                        new Move.Hold("Held before step Migrate by spec.suspend"),
                        "Ready=False/Suspended Reconciling=False/Suspended Stalled=False/Suspended Suspended=True/Suspended",
                        Phase.SUSPENDED,
                        "Let it go on when you are ready: kubectl -n sourcegraph patch sgdowngrade back-to-4-4 --type=merge -p '{\"spec\":{\"suspend\":false}}'"),
                Arguments.of(
                        new Move.Perform(StepName.QUIESCE, new Action.QuiesceWorkloads(List.of()), "Scaling to zero"),
                        progressing,
                        Phase.QUIESCING,
                        WATCH),
                Arguments.of(
                        new Move.Conclude(StepName.QUIESCE, StepState.DONE, "All at zero"),
                        progressing,
                        Phase.MIGRATING,
                        WATCH),
                Arguments.of(
                        new Move.Finish(Move.Outcome.COMPLETE, Reason.COMPLETE, "At 4.4.2", "Nothing to do"),
                        "Complete=True/Complete Ready=True/Complete Reconciling=False/Complete Stalled=False/Complete Suspended=False/Complete",
                        Phase.COMPLETE,
                        "Nothing to do"),
                Arguments.of(
                        new Move.Finish(Move.Outcome.COMPLETE, Reason.PLANNED, "Planned", "Read the plan"),
                        "Complete=True/Planned Ready=True/Planned Reconciling=False/Planned Stalled=False/Planned Suspended=False/Planned",
                        Phase.PLANNED,
                        "Read the plan"),
                Arguments.of(
                        new Move.Finish(Move.Outcome.FAILED, Reason.CANCELLED, "Cancelled", "Create a new one"),
                        "Failed=True/Cancelled Ready=False/Cancelled Reconciling=False/Cancelled Stalled=True/Cancelled Suspended=False/Cancelled",
                        Phase.FAILED,
                        "Create a new one"));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void everyMoveHasItsConditionsPhaseAndNextAction(Move move, String conditions, Phase phase, String nextAction) {
        Moments moments = quiescing();

        moments.later(SOON).write(move);

        assertThat(String.join(" ", moments.conditions())).isEqualTo(conditions);
        assertThat(moments.status().phase()).isEqualTo(phase);
        assertThat(moments.status().nextAction()).isEqualTo(nextAction);
        assertThat(moments.status().conditions())
                .allSatisfy(condition -> assertThat(condition.getMessage()).isNotBlank());
    }

    @Test
    void theFirstWriteSaysWhatIsObservedAndThatWorkHasBegun() {
        Moments moments = new Moments().edited().accepted();

        assertThat(moments.status().observedGeneration()).isEqualTo(2);
        assertThat(moments.condition("Reconciling").getStatus()).isEqualTo("True");
        assertThat(moments.condition("Reconciling").getObservedGeneration()).isEqualTo(2);
        assertThat(moments.status().phase()).isEqualTo(Phase.PENDING);
        assertThat(moments.status().currentStep()).isEqualTo(StepName.PREFLIGHT);
        assertThat(moments.status().progress()).isEqualTo("0/2");
        assertThat(moments.status().startedAt()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(moments.status().nextAction()).isEqualTo(WATCH);
    }

    @Test
    void timesOfTransitionsStayWhileTheStatusStays() {
        Moments moments = quiescing();
        moments.later(SOON).write(new Move.Wait(StepName.QUIESCE, "one", SOON, Optional.of(STOP)));
        String stalledAt = moments.condition("Stalled").getLastTransitionTime();

        moments.later(SOON).write(new Move.Wait(StepName.QUIESCE, "two", SOON, Optional.of(STOP)));

        assertThat(moments.condition("Stalled").getLastTransitionTime()).isEqualTo(stalledAt);
        assertThat(moments.condition("Ready").getLastTransitionTime()).isEqualTo("2026-01-01T10:00:00Z");
        moments.later(SOON).write(new Move.Note());
        assertThat(moments.condition("Stalled").getLastTransitionTime()).isGreaterThan(stalledAt);
    }

    @Test
    void aRepeatedWaitChangesNothingSoThatNothingIsWritten() {
        Moments moments = quiescing();
        Move.Wait wait = new Move.Wait(StepName.QUIESCE, "Waits for pods", SOON, Optional.empty());
        moments.later(SOON).write(wait);
        var before = moments.status();

        moments.later(Duration.ofMinutes(5)).write(wait);

        assertThat(moments.status()).isEqualTo(before);
    }

    @Test
    void aRefusedActionStaysStalledUntilOneOfItsTriesHasSucceeded() {
        Moments moments = quiescing();
        Move.Perform perform =
                new Move.Perform(StepName.QUIESCE, new Action.QuiesceWorkloads(List.of()), "Scaling to zero");
        moments.write(new Move.Wait(StepName.QUIESCE, "refused", SOON, Optional.of(STOP)));

        moments.later(SOON).write(perform);

        assertThat(moments.condition("Stalled").getStatus()).isEqualTo("True");
        assertThat(moments.status().nextAction()).isEqualTo("Read the log: kubectl logs job/m");
        moments.later(SOON).write(new Move.Note());
        assertThat(moments.condition("Stalled").getStatus()).isEqualTo("False");
    }

    /** Whoever has repaired the spec must not be told the old stop as the answer to it. */
    @Test
    void anActionOfAnEditedSpecIsNotToldTheOldStop() {
        Moments moments = quiescing();
        moments.write(new Move.Wait(StepName.QUIESCE, "refused", SOON, Optional.of(STOP)));

        moments.later(SOON)
                .edited()
                .write(new Move.Perform(StepName.QUIESCE, new Action.QuiesceWorkloads(List.of()), "Scaling to zero"));

        assertThat(moments.condition("Stalled").getStatus()).isEqualTo("False");
        assertThat(moments.condition("Reconciling").getStatus()).isEqualTo("True");
        assertThat(moments.condition("Reconciling").getObservedGeneration()).isEqualTo(2);
    }

    @Test
    void anActionThatIsStillNeededPastTheDeadlineIsStalled() {
        Moments moments = quiescing();
        moments.later(Duration.ofMinutes(16))
                .write(new Move.Perform(
                        StepName.QUIESCE, new Action.QuiesceWorkloads(List.of()), "Scaling to zero again: a"));

        assertThat(moments.condition("Stalled").getReason()).isEqualTo("StepDeadlineExceeded");
        assertThat(moments.condition("Stalled").getMessage())
                .isEqualTo("Step Quiesce has passed its deadline of 2026-01-01T10:15:00Z: Scaling to zero again: a");
        assertThat(moments.status().nextAction()).contains("kubectl -n sourcegraph describe sgdowngrade back-to-4-4");
    }

    @Test
    void aSpecChangedAfterTheEndIsObservedAndNothingElseChanges() {
        Moments moments = quiescing();
        moments.write(new Move.Finish(Move.Outcome.COMPLETE, Reason.COMPLETE, "At 4.4.2", "Nothing to do"));
        var before = moments.status();

        moments.later(SOON).edited().write(new Move.Rest(Optional.empty()));

        assertThat(moments.status().observedGeneration()).isEqualTo(2);
        assertThat(moments.condition("Complete").getObservedGeneration()).isEqualTo(2);
        assertThat(moments.conditions()).contains("Complete=True/Complete");
        assertThat(moments.status().finishedAt()).isEqualTo(before.finishedAt());
        assertThat(moments.status().phase()).isEqualTo(Phase.COMPLETE);
        assertThat(moments.status().nextAction()).isEqualTo("Nothing to do");
    }

    @Test
    void cancelAfterThePointOfNoReturnIsRefusedInTheConditions() {
        Moments moments = quiescing();
        moments.write(new Move.Note(), new JournalEntry.PointOfNoReturn());

        moments.cancelled().write(new Move.Wait(StepName.QUIESCE, "Waits for pods", SOON, Optional.empty()));

        assertThat(moments.conditions()).contains("Ready=False/CancelRefused", "Reconciling=True/CancelRefused");
        assertThat(moments.condition("Ready").getMessage())
                .isEqualTo(
                        "Cannot be cancelled: the point of no return was passed at 2026-01-01T10:00:00Z; the run goes to its end. Waits for pods");
    }

    @Test
    void cancelBeforeItGivesTheOpenStepsUpAndPutsBack() {
        Moments moments = quiescing();

        moments.cancelled().write(new Move.Note(), new JournalEntry.Cancelling());

        assertThat(moments.status().phase()).isEqualTo(Phase.CANCELLING);
        assertThat(moments.status().currentStep()).isEqualTo(StepName.PUT_BACK);
        assertThat(moments.status().steps())
                .extracting(StepStatus::state)
                .containsExactly(
                        StepState.DONE,
                        StepState.SKIPPED,
                        StepState.CANCELLED,
                        StepState.CANCELLED,
                        StepState.CANCELLED,
                        StepState.CANCELLED,
                        StepState.CANCELLED,
                        StepState.CANCELLED,
                        StepState.PENDING);
        assertThat(moments.conditions()).contains("Reconciling=True/Progressing");
    }

    @Test
    void aStepIsEnteredWithItsDeadlineAndEndsWithWhatItDid() {
        Moments moments = quiescing();
        assertThat(moments.status().steps().get(2))
                .isEqualTo(new StepStatus(
                        StepName.QUIESCE,
                        StepState.RUNNING,
                        null,
                        "2026-01-01T10:00:00Z",
                        null,
                        "2026-01-01T10:15:00Z",
                        null));

        moments.later(SOON).write(new Move.Conclude(StepName.QUIESCE, StepState.DONE, "All at zero"));

        assertThat(moments.status().steps().get(2).finishedAt()).isEqualTo("2026-01-01T10:00:01Z");
        assertThat(moments.status().steps().get(2).message()).isEqualTo("All at zero");
        assertThat(moments.status().progress()).isEqualTo("3/8");
        assertThat(moments.status().currentStep()).isEqualTo(StepName.MIGRATE);
    }

    @Test
    void whileTheMigratorRunsProgressIsItsOwn() {
        Moments moments = quiescing();
        moments.write(new Move.Conclude(StepName.QUIESCE, StepState.DONE, "All at zero"));
        moments.write(new Move.Enter(StepName.MIGRATE));
        Move.Wait wait = new Move.Wait(StepName.MIGRATE, "Waits for the migrator", SOON, Optional.empty());

        moments.write(wait, new JournalEntry.Migration(migration(2, null, null)));
        assertThat(moments.status().progress()).isEqualTo("hop 2/8");
        moments.write(wait, new JournalEntry.Migration(migration(2, 7, 20)));
        assertThat(moments.status().progress()).isEqualTo("hop 2/8, 7/20");
        moments.write(new Move.Conclude(StepName.MIGRATE, StepState.DONE, "At 4.4"));
        assertThat(moments.status().progress()).isEqualTo("4/8");
    }

    @Test
    void theCourseFollowsThePlanAndKeepsWhatWasWritten() {
        Moments moments = new Moments().accepted();
        moments.write(new Move.Enter(StepName.PREFLIGHT));

        moments.planned(Strategy.MANIFESTS);
        assertThat(moments.status().steps()).hasSize(5);
        assertThat(moments.status().steps().get(0).state()).isEqualTo(StepState.RUNNING);
        moments.planned(Strategy.MIGRATOR);
        assertThat(moments.status().steps()).hasSize(8);
        assertThat(moments.status().steps().get(0).state()).isEqualTo(StepState.RUNNING);
    }

    @Test
    void checksOfTheSameNameAreReplacedAndOthersStay() {
        CheckStatus failed = new CheckStatus("Databases", CheckResult.FAILED, "down", "start them");
        CheckStatus passed = new CheckStatus("Databases", CheckResult.PASSED, "answer", null);
        CheckStatus drift = new CheckStatus("SchemaDrift", CheckResult.PASSED, "none", null);
        Moments moments = new Moments().accepted();

        moments.write(new Move.Note(), new JournalEntry.Checked(List.of(failed)));
        moments.write(new Move.Note(), new JournalEntry.Checked(List.of(drift)));
        moments.write(new Move.Note(), new JournalEntry.Checked(List.of(passed)));

        assertThat(moments.status().checks()).containsExactly(passed, drift);
    }

    @Test
    void thePointOfNoReturnAndTheVersionBeforeAreWrittenOnce() {
        Moments moments = quiescing();
        moments.write(new Move.Note(), new JournalEntry.PointOfNoReturn(), new JournalEntry.VersionSeen(true, "5.0.6"));

        moments.later(SOON)
                .write(
                        new Move.Note(),
                        new JournalEntry.PointOfNoReturn(),
                        new JournalEntry.VersionSeen(false, "4.4.0"));

        assertThat(moments.status().pointOfNoReturn()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(moments.status().versions().before()).isEqualTo("5.0.6");
        assertThat(moments.status().versions().after()).isEqualTo("4.4.0");
    }

    @Test
    void whatTheEndLeavesOpenIsSkipped() {
        Moments moments = new Moments().accepted();

        moments.write(new Move.Finish(Move.Outcome.FAILED, Reason.ALREADY_RAN, "Has run", "Take another name"));

        assertThat(moments.status().steps()).extracting(StepStatus::state).containsOnly(StepState.SKIPPED);
        assertThat(moments.status().currentStep()).isNull();
        assertThat(moments.status().finishedAt()).isEqualTo("2026-01-01T10:00:00Z");
    }

    @Test
    void aMessageWithoutEndIsShortened() {
        Moments moments = quiescing();

        moments.write(new Move.Wait(StepName.QUIESCE, "x".repeat(40_000), SOON, Optional.empty()));

        assertThat(moments.condition("Ready").getMessage()).hasSize(1024).endsWith("…");
    }

    private static MigrationStatus migration(int hop, Integer reverted, Integer total) {
        return new MigrationStatus(
                "m-1", 1, 0, hop, 8, "4.5", "SchemaMigrations", reverted, total, List.of(), null, null, null);
    }

    static Moments quiescing() {
        return new Moments()
                .accepted()
                .write(new Move.Enter(StepName.PREFLIGHT))
                .planned(Strategy.MIGRATOR)
                .write(new Move.Conclude(StepName.PREFLIGHT, StepState.DONE, "All checks passed"))
                .write(new Move.Conclude(StepName.APPROVAL, StepState.SKIPPED, "Not asked for"))
                .write(new Move.Enter(StepName.QUIESCE));
    }
}
