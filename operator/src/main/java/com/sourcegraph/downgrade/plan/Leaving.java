package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.StepName;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Cancel, deletion, suspension, and the time after the end. */
final class Leaving {

    /** The way out, if one was asked for and it is not taken yet. */
    Optional<Decision> onRequest(Situation situation) {
        Journal journal = situation.journal();
        boolean cancel = situation.spec().cancel();
        if (!cancel && !situation.run().deleting()) {
            return Optional.empty();
        }
        if (journal.cancelling()) {
            return Optional.empty();
        }
        if (journal.pastPointOfNoReturn()) {
            return Optional.empty();
        }
        return Optional.of(Decision.go(new Move.Note(), new JournalEntry.Cancelling()));
    }

    /** Preflight and approval hold on request at any time; a step that acts is finished first. */
    Optional<Decision> holdWithin(Situation situation, StepName step) {
        boolean idle = step == StepName.APPROVAL || step == StepName.PREFLIGHT;
        if (!situation.spec().suspend() || !idle || situation.run().deleting()) {
            return Optional.empty();
        }
        return Optional.of(Decision.go(new Move.Hold("Held in step " + step.label() + " by spec.suspend")));
    }

    /** Nothing more is done but to delete the resource when its time is up. */
    Decision afterTheEnd(Situation situation) {
        Integer ttl = situation.spec().ttlSecondsAfterFinished();
        Optional<Instant> ended = situation.journal().finishedAt();
        if (ttl == null || ended.isEmpty()) {
            return Decision.go(new Move.Rest(Optional.empty()));
        }
        Duration left = Duration.between(situation.now(), ended.get().plusSeconds(ttl));
        return Decision.go(new Move.Rest(Optional.of(left.isNegative() ? Duration.ZERO : left)));
    }
}
