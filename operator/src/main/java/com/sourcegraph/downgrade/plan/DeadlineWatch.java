package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import java.util.Optional;

/** Turns what lasts past a step's deadline into a stop, with what is being waited for as the evidence. */
public final class DeadlineWatch {
    Decision judge(Situation situation, StepName step, Decision decision) {
        if (!(decision instanceof Decision.Go go)
                || !(go.move() instanceof Move.Wait wait)
                || wait.stop().filter(stop -> !patient(stop)).isPresent()) {
            return decision;
        }
        return overdue(situation, step, wait.message())
                .map(stop -> wait.stop()
                        .map(pending -> new Stop(stop.reason(), stop.message(), pending.nextAction()))
                        .orElse(stop))
                .<Decision>map(stop -> new Decision.Go(
                        go.entries(), new Move.Wait(step, wait.message(), wait.atMost(), Optional.of(stop))))
                .orElse(decision);
    }

    /** Waiting for approval is no fault, until it has lasted too long; every other stop is told as what it is. */
    private static boolean patient(Stop stop) {
        return stop.reason() == Reason.APPROVAL_PENDING;
    }

    /**
     * The stop that a step is which has passed its deadline; empty before it, and for a step that has not begun.
     *
     * @param evidence what it waits for, or what it does again and again
     */
    public static Optional<Stop> overdue(Situation situation, StepName step, String evidence) {
        return situation
                .journal()
                .deadline(step)
                .filter(deadline -> !situation.now().isBefore(deadline))
                .map(deadline -> new Stop(
                        Reason.STEP_DEADLINE_EXCEEDED,
                        "Step " + step.label() + " has passed its deadline of " + deadline + ": " + evidence,
                        "Find out why and repair it; the run goes on by itself: "
                                + situation
                                        .run()
                                        .kubectl("describe sgdowngrade "
                                                + situation.run().name())));
    }
}
