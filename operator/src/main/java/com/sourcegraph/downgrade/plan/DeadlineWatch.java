package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import java.time.Instant;
import java.util.Optional;

/** Turns waiting past a step's deadline into a stop, with what is being waited for as the evidence. */
final class DeadlineWatch {

    Decision judge(Situation situation, StepName step, Decision decision) {
        if (!(decision instanceof Decision.Go go)
                || !(go.move() instanceof Move.Wait wait)
                || wait.stop().isPresent()) {
            return decision;
        }
        Optional<Instant> deadline = situation.journal().deadline(step);
        if (deadline.isEmpty() || situation.now().isBefore(deadline.get())) {
            return decision;
        }
        Stop stop = new Stop(
                Reason.STEP_DEADLINE_EXCEEDED,
                "Step " + step.label() + " has passed its deadline of " + deadline.get() + ": " + wait.message(),
                "Find out why and repair it; the run goes on by itself: "
                        + situation
                                .run()
                                .kubectl("describe sgdowngrade "
                                        + situation.run().name()));
        return new Decision.Go(go.entries(), new Move.Wait(step, wait.message(), wait.atMost(), Optional.of(stop)));
    }
}
