package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.Recovery;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Optional;

/** Does what the resource says under {@code nextAction}, and nothing else. */
final class PatientPerson {
    void obey(PlannedWorld world) {
        String reason = world.status.map(SourcegraphDowngradeStatus::conditions).stream()
                .flatMap(java.util.List::stream)
                .filter(condition -> condition.getType().equals("Ready"))
                .map(Condition::getReason)
                .findFirst()
                .orElse("");
        if (world.spec.suspend() && reason.equals(Reason.SUSPENDED.label())) {
            world.suspend(false);
        } else if (asksToApprove(world)) {
            Optional<String> digest =
                    world.status.map(SourcegraphDowngradeStatus::plan).map(PlanStatus::digest);
            digest.filter(standing -> !standing.equals(world.spec.approvedPlan()))
                    .ifPresent(world::approve);
        } else if (reason.equals(Reason.MIGRATOR_FAILED.label())) {
            int used = MigrationNotes.retriesUsed(new Journal(world.status));
            if (world.spec.recovery().retries() <= used) {
                world.recover(new Recovery(used + 1, world.spec.recovery().acceptDrift()));
            }
        } else if (reason.equals(Reason.INTERRUPTED_MIGRATION.label())) {
            world.databases.interrupted = false;
        }
    }

    /** Whatever the reason: what is to be done next stands in one place. */
    private static boolean asksToApprove(PlannedWorld world) {
        return world.status
                .map(SourcegraphDowngradeStatus::nextAction)
                .filter(next -> next.contains("\"approvedPlan\":"))
                .isPresent();
    }
}
