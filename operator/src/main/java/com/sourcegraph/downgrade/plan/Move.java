package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import java.time.Duration;
import java.util.Optional;

/** One move of a run. */
public sealed interface Move {

    /** Write the entries and decide again at once. */
    record Note() implements Move {}

    /**
     * Nothing to do until something changes, or that long has passed.
     *
     * @param stop present if a person is needed
     */
    record Wait(StepName step, String message, Duration atMost, Optional<Stop> stop) implements Move {}

    /** Wait before any step, for another resource. */
    record Stand(Reason reason, String message, String nextAction, Duration atMost) implements Move {}

    /** Held on request. */
    record Hold(String message) implements Move {}

    /** Begin a step: journalled, with its deadline, before anything of it is done. */
    record Enter(StepName step) implements Move {}

    /** End a step. */
    record Conclude(StepName step, StepState state, String message) implements Move {}

    /**
     * Do one thing, after the intent has been journalled with an optimistic lock.
     *
     * @param intent what is about to be done, for the journal
     * @param stop present if it has been done again and again, and a person has to end that
     */
    record Perform(StepName step, Action action, String intent, Optional<Stop> stop) implements Move {
        public Perform(StepName step, Action action, String intent) {
            this(step, action, intent, Optional.empty());
        }
    }

    /** End the run. */
    record Finish(Outcome outcome, Reason reason, String message, String nextAction) implements Move {}

    /** The run has ended; nothing is left but to be deleted when its time is up. */
    record Rest(Optional<Duration> deleteAfter) implements Move {}

    /** How a run can end. */
    enum Outcome {
        COMPLETE,
        FAILED
    }
}
