package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import java.util.Optional;

/** Waits, where asked for, until a person has approved this very plan. */
final class ApprovalPolicy implements StepPolicy {

    private final PlanRenewal renewal;

    ApprovalPolicy(PlanRenewal renewal) {
        this.renewal = renewal;
    }

    /** A plan that someone names is waited for, also where approval was not asked for. */
    static boolean asked(SourcegraphDowngradeSpec spec) {
        return spec.approval() == Approval.MANUAL
                || (spec.approvedPlan() != null && !spec.approvedPlan().isBlank());
    }

    @Override
    public StepName step() {
        return StepName.APPROVAL;
    }

    @Override
    public Decision decide(Situation situation) {
        if (!asked(situation.spec())) {
            return Decision.go(new Move.Conclude(step(), StepState.SKIPPED, "Not asked for"));
        }
        String digest = situation.plan().digest();
        String approved = situation.spec().approvedPlan();
        String command = situation.run().patchCommand("{\"spec\":{\"approvedPlan\":\"" + digest + "\"}}");
        if (approved == null || approved.isBlank()) {
            return Decision.go(new Move.Wait(
                    step(),
                    "Waits for approval of plan " + digest,
                    Planner.SAFETY_NET,
                    Optional.of(new Stop(
                            Reason.APPROVAL_PENDING,
                            "The plan waits for approval; it is in status.plan",
                            "Read status.plan, then approve it: " + command))));
        }
        if (!approved.equals(digest)) {
            return Decision.go(new Move.Wait(
                    step(),
                    "The approved plan is not the one that stands",
                    Planner.SAFETY_NET,
                    Optional.of(new Stop(
                            Reason.APPROVED_PLAN_DIFFERS,
                            "spec.approvedPlan is " + approved + ", but the plan that stands is " + digest
                                    + ": something has changed since it was approved",
                            "Read status.plan again, then approve it: " + command))));
        }
        // Only an approval that fits is worth a renewal: one that waits for a person may wait for days.
        return renewal.renew(situation, step())
                .orElseGet(() -> Decision.go(new Move.Conclude(step(), StepState.DONE, "Approved: " + digest)));
    }
}
