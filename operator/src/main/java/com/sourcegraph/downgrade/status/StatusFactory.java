package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.plan.DeadlineWatch;
import com.sourcegraph.downgrade.plan.Decision;
import com.sourcegraph.downgrade.plan.Journal;
import com.sourcegraph.downgrade.plan.JournalEntry;
import com.sourcegraph.downgrade.plan.Move;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.StepDeadlines;
import com.sourcegraph.downgrade.plan.Stop;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Writes a decision into the status: entries, the move's own line, conditions, summary, next action. Pure. */
public final class StatusFactory {

    private final JournalScribe scribe = new JournalScribe();
    private final Summary summary = new Summary();

    /** The status after this decision. */
    public SourcegraphDowngradeStatus write(Situation situation, Decision.Go go) {
        Instant now = situation.now().truncatedTo(ChronoUnit.SECONDS);
        StatusDraft draft = StatusDraft.of(situation.journal().status());
        draft.observedGeneration = situation.run().generation();
        for (JournalEntry entry : go.entries()) {
            scribe.write(draft, entry, situation, now);
        }
        move(draft, go.move(), situation, now);
        StepName current = new Journal(Optional.of(draft.finish(null)))
                .current()
                .map(step -> step.name())
                .orElse(null);
        draft.progress = summary.progress(draft);
        return draft.finish(current);
    }

    private void move(StatusDraft draft, Move move, Situation situation, Instant now) {
        if (move instanceof Move.Wait wait) {
            draft.edit(wait.step(), step -> Steps.saying(step, wait.message()));
            waiting(draft, situation, now, wait.message(), wait.stop());
        } else if (move instanceof Move.Stand stand) {
            reconciling(draft, situation, now, stand.reason(), stand.message());
            draft.nextAction = stand.nextAction();
        } else if (move instanceof Move.Hold hold) {
            held(draft, situation, now, noWayBack(draft, situation) + hold.message());
        } else if (move instanceof Move.Enter enter) {
            draft.edit(
                    enter.step(),
                    step -> Steps.entered(
                            step, now, StepDeadlines.of(situation.spec().deadlines(), enter.step())));
            reconciling(
                    draft,
                    situation,
                    now,
                    Reason.PROGRESSING,
                    "Step " + enter.step().label());
        } else if (move instanceof Move.Conclude conclude) {
            draft.edit(conclude.step(), step -> Steps.ended(step, conclude.state(), now, conclude.message()));
            reconciling(draft, situation, now, Reason.PROGRESSING, conclude.message());
        } else if (move instanceof Move.Perform perform) {
            draft.edit(perform.step(), step -> Steps.saying(step, perform.intent()));
            // An action that was refused is tried again and again: Stalled ends when one of them has succeeded, not
            // before.
            // One that is done again and again, because somebody undoes it, must not look like work for ever. A spec
            // that
            // somebody has changed since is being acted on: the old stop is not told of it.
            if (!stalled(draft, situation.run().generation())) {
                waiting(
                        draft,
                        situation,
                        now,
                        perform.intent(),
                        perform.stop().or(() -> DeadlineWatch.overdue(situation, perform.step(), perform.intent())));
            }
        } else if (move instanceof Move.Finish finish) {
            finished(draft, situation, now, finish);
        } else if (move instanceof Move.Rest) {
            draft.conditions = draft.conditions.stream()
                    .map(condition -> new ConditionBuilder(condition)
                            .withObservedGeneration(situation.run().generation())
                            .build())
                    .toList();
        } else if (move instanceof Move.Note) {
            reconciling(draft, situation, now, Reason.PROGRESSING, summary.note(draft));
        }
    }

    private void waiting(StatusDraft draft, Situation situation, Instant now, String message, Optional<Stop> stop) {
        if (stop.isEmpty()) {
            reconciling(draft, situation, now, Reason.PROGRESSING, message);
            return;
        }
        if (stop.get().reason() == Reason.APPROVAL_PENDING) {
            reconciling(
                    draft, situation, now, Reason.APPROVAL_PENDING, stop.get().message());
        } else {
            Reason reason = stop.get().reason();
            String told = noWayBack(draft, situation) + stop.get().message();
            draft.conditions = conditions(draft, situation, now)
                    .set(ConditionType.READY, false, reason, told)
                    .set(
                            ConditionType.RECONCILING,
                            false,
                            cancelRefused(draft, situation) ? Reason.CANCEL_REFUSED : reason,
                            noWayBack(draft, situation) + "Waits for a person")
                    .set(ConditionType.STALLED, true, reason, told)
                    .set(ConditionType.SUSPENDED, false, Reason.PROGRESSING, "Not suspended")
                    .all();
            draft.phase = Phase.STALLED;
        }
        draft.nextAction = stop.get().nextAction();
    }

    private void reconciling(StatusDraft draft, Situation situation, Instant now, Reason reason, String message) {
        Reason said = cancelRefused(draft, situation) ? Reason.CANCEL_REFUSED : reason;
        String told = noWayBack(draft, situation) + message;
        draft.conditions = conditions(draft, situation, now)
                .set(ConditionType.READY, false, said, told)
                .set(ConditionType.RECONCILING, true, said, told)
                .set(ConditionType.STALLED, false, Reason.PROGRESSING, "Nothing stands in the way")
                .set(ConditionType.SUSPENDED, false, Reason.PROGRESSING, "Not suspended")
                .all();
        draft.phase = summary.phase(draft, reason);
        draft.nextAction = "Nothing to do. Watch it: "
                + situation.run().kubectl("get sgdowngrade " + situation.run().name() + " -w");
    }

    private void held(StatusDraft draft, Situation situation, Instant now, String message) {
        draft.conditions = conditions(draft, situation, now)
                .set(ConditionType.READY, false, Reason.SUSPENDED, message)
                .set(
                        ConditionType.RECONCILING,
                        false,
                        cancelRefused(draft, situation) ? Reason.CANCEL_REFUSED : Reason.SUSPENDED,
                        message)
                .set(ConditionType.STALLED, false, Reason.SUSPENDED, "Held on request")
                .set(ConditionType.SUSPENDED, true, Reason.SUSPENDED, message)
                .all();
        draft.phase = Phase.SUSPENDED;
        draft.nextAction =
                "Let it go on when you are ready: " + situation.run().patchCommand("{\"spec\":{\"suspend\":false}}");
    }

    private void finished(StatusDraft draft, Situation situation, Instant now, Move.Finish finish) {
        boolean complete = finish.outcome() == Move.Outcome.COMPLETE;
        draft.conditions = conditions(draft, situation, now)
                .set(complete ? ConditionType.COMPLETE : ConditionType.FAILED, true, finish.reason(), finish.message())
                .set(ConditionType.READY, complete, finish.reason(), finish.message())
                .set(ConditionType.RECONCILING, false, finish.reason(), "The run has ended")
                .set(ConditionType.STALLED, !complete, finish.reason(), finish.message())
                .set(ConditionType.SUSPENDED, false, finish.reason(), "The run has ended")
                .all();
        draft.steps.stream()
                .filter(step -> step.state() == StepState.PENDING)
                .map(step -> step.name())
                .toList()
                .forEach(name ->
                        draft.edit(name, step -> Steps.ended(step, StepState.SKIPPED, now, "The run ended before it")));
        draft.phase = summary.ended(complete, finish.reason());
        draft.finishedAt = now.toString();
        draft.nextAction = finish.nextAction();
    }

    private static boolean cancelRefused(StatusDraft draft, Situation situation) {
        return situation.spec().cancel()
                && draft.pointOfNoReturn != null
                && draft.step(StepName.PUT_BACK).isEmpty();
    }

    /** What to tell first to whoever cancels or deletes too late; empty to everybody else. */
    private static String noWayBack(StatusDraft draft, Situation situation) {
        if (cancelRefused(draft, situation)) {
            return "Cannot be cancelled: the point of no return was passed at " + draft.pointOfNoReturn
                    + "; the run goes to its end. ";
        }
        boolean deletedLate = situation.run().deleting()
                && draft.pointOfNoReturn != null
                && draft.step(StepName.PUT_BACK).isEmpty();
        return deletedLate
                ? "Is deleted when the run has ended, because the point of no return was passed at "
                        + draft.pointOfNoReturn + ". "
                : "";
    }

    private static boolean stalled(StatusDraft draft, long generation) {
        return draft.conditions.stream()
                .anyMatch(condition -> condition.getType().equals(ConditionType.STALLED.label())
                        && "True".equals(condition.getStatus())
                        && Long.valueOf(generation).equals(condition.getObservedGeneration()));
    }

    private static Conditions conditions(StatusDraft draft, Situation situation, Instant now) {
        return new Conditions(draft.conditions, situation.run().generation(), now);
    }
}
