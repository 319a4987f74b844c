package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import java.util.Optional;

/** Words the summary for people: phase and progress. */
final class Summary {

    Phase phase(StatusDraft draft, Reason reason) {
        if (reason == Reason.APPROVAL_PENDING) {
            return Phase.AWAITING_APPROVAL;
        }
        if (reason == Reason.WAITING_FOR_OTHER || reason == Reason.INSTANCE_BUSY) {
            return Phase.PENDING;
        }
        return current(draft).map(step -> phaseOf(step.name(), step.state())).orElse(Phase.VERIFYING);
    }

    Phase ended(boolean complete, Reason reason) {
        if (reason == Reason.PLANNED) {
            return Phase.PLANNED;
        }
        return complete ? Phase.COMPLETE : Phase.FAILED;
    }

    /** Steps done of all; while the migrator runs, how far that is. */
    String progress(StatusDraft draft) {
        Optional<StepStatus> current = current(draft);
        MigrationStatus migration = draft.migration;
        if (current.filter(step -> step.name() == StepName.MIGRATE).isPresent()
                && migration != null
                && migration.hop() != null) {
            String hop = "hop " + migration.hop() + "/" + migration.hops();
            return migration.total() == null ? hop : hop + ", " + migration.reverted() + "/" + migration.total();
        }
        long done = draft.steps.stream()
                .filter(step -> step.state() != StepState.PENDING && step.state() != StepState.RUNNING)
                .count();
        return done + "/" + draft.steps.size();
    }

    String note(StatusDraft draft) {
        return current(draft).map(step -> "Step " + step.name().label()).orElse("All steps are done");
    }

    private static Optional<StepStatus> current(StatusDraft draft) {
        return draft.steps.stream()
                .filter(step -> step.state() == StepState.PENDING || step.state() == StepState.RUNNING)
                .findFirst();
    }

    private static Phase phaseOf(StepName step, StepState state) {
        return switch (step) {
            case PREFLIGHT -> state == StepState.PENDING ? Phase.PENDING : Phase.PREFLIGHT;
            case APPROVAL -> Phase.PREFLIGHT;
            case QUIESCE -> Phase.QUIESCING;
            case MIGRATE -> Phase.MIGRATING;
            case VERIFY_SCHEMA, VERIFY -> Phase.VERIFYING;
            case APPLY_MANIFESTS -> Phase.APPLYING;
            case ROLLOUT -> Phase.ROLLING_OUT;
            case PUT_BACK -> Phase.CANCELLING;
        };
    }
}
