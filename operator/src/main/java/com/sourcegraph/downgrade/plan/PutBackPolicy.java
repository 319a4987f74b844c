package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.util.Optional;

/** Puts everything back as it was, after a cancel or a deletion before the point of no return. */
final class PutBackPolicy implements StepPolicy {

    @Override
    public StepName step() {
        return StepName.PUT_BACK;
    }

    @Override
    public Decision decide(Situation situation) {
        Facts facts = situation.facts();
        if (facts.history().isEmpty()
                || facts.workloads().isEmpty()
                || facts.jobs().isEmpty()) {
            return Decision.look(Need.HISTORY, Need.WORKLOADS, Need.JOBS);
        }
        Optional<MigratorJobState> downgrade = facts.jobs().get().stream()
                .filter(job -> job.kind() == MigratorJobKind.DOWNGRADE)
                .findFirst();
        if (downgrade.isPresent()) {
            return tooLate(situation, downgrade.get());
        }
        Optional<Decision> open = RolloutPolicy.untilPutBack(situation, step());
        if (open.isPresent()) {
            return open.get();
        }
        boolean claimed = facts.history().get().heldBy(situation.run().uid());
        if (claimed) {
            return VerifyPolicy.release(situation, RunRecord.CANCELLED).orElseThrow();
        }
        return done(
                situation.journal().acted()
                        ? "Every workload is as it was before this run"
                        : "Nothing had been changed");
    }

    /** The journal says that nothing was migrated, the cluster says otherwise: somebody has edited the status. */
    private Decision tooLate(Situation situation, MigratorJobState job) {
        return Decision.go(new Move.Wait(
                step(),
                "A downgrade of the schemas was started",
                Planner.REPAIR,
                Optional.of(new Stop(
                        Reason.CANCEL_REFUSED,
                        "Job " + job.name()
                                + " has begun to downgrade the schemas, so the newer services are not brought"
                                + " back, although the status does not say that the point of no return was passed",
                        "Replace this resource by a new one: "
                                + situation
                                        .run()
                                        .kubectl("delete sgdowngrade "
                                                + situation.run().name() + " --wait=false")
                                + " && " + situation.run().letGoCommand()))));
    }

    private Decision done(String message) {
        return Decision.go(new Move.Conclude(step(), StepState.DONE, message));
    }
}
