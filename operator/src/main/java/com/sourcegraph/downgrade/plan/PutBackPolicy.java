package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.workload.RestoreMode;
import java.util.Optional;

/** Puts everything back as it was, after a cancel or a deletion before the point of no return. */
final class PutBackPolicy implements StepPolicy {

    @Override
    public StepName step() {
        return StepName.PUT_BACK;
    }

    @Override
    public Decision decide(Situation situation) {
        if (situation.facts().history().isEmpty()) {
            return Decision.look(Need.HISTORY);
        }
        if (!situation.journal().acted()) {
            // The instance may have been taken hold of just before the first step began.
            return VerifyPolicy.release(situation, RunRecord.CANCELLED)
                    .orElseGet(() -> done("Nothing had been changed"));
        }
        if (situation.facts().workloads().isEmpty()) {
            return Decision.look(Need.WORKLOADS);
        }
        Optional<Decision> open = RolloutPolicy.untilRolledOut(situation, step(), RestoreMode.CANCEL);
        if (open.isPresent()) {
            return open.get();
        }
        return VerifyPolicy.release(situation, RunRecord.CANCELLED)
                .orElseGet(() -> done("Every workload is as it was"));
    }

    private Decision done(String message) {
        return Decision.go(new Move.Conclude(step(), StepState.DONE, message));
    }
}
