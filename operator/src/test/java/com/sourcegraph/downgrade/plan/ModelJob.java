package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.migrator.DriftResult;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorFailure;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobPhase;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A migrator Job of the model world.
 *
 * @param ends when it ends, if its pod can start
 * @param failure how it ends, if badly
 * @param drift whether its drift containers find something
 */
record ModelJob(
        MigratorJobKind kind,
        int attempt,
        Instant started,
        Instant ends,
        Optional<FailureClass> failure,
        boolean drift) {

    String name() {
        return "back-" + kind.id() + "-" + attempt;
    }

    boolean ended(Instant now) {
        return !now.isBefore(ends);
    }

    MigratorJobState seen(Instant now, boolean startable) {
        boolean ended = ended(now);
        MigratorJobPhase phase = !startable
                ? MigratorJobPhase.PENDING
                : !ended
                        ? MigratorJobPhase.RUNNING
                        : failure.isPresent() && kind != MigratorJobKind.DRIFT
                                ? MigratorJobPhase.FAILED
                                : MigratorJobPhase.SUCCEEDED;
        return new MigratorJobState(
                name(),
                name() + "-uid",
                PlannedWorld.UID,
                kind,
                attempt,
                phase,
                Optional.empty(),
                Optional.of(name() + "-pod"),
                List.of(),
                startable
                        ? Optional.empty()
                        : Optional.of(new MigratorJobState.Trouble("ImagePullBackOff", "cannot pull the image")),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(started),
                Optional.of(started),
                ended && startable ? Optional.of(ends) : Optional.empty());
    }

    JobResult result(Minor to) {
        Map<Schema, DriftResult> found = new EnumMap<>(Schema.class);
        if (kind != MigratorJobKind.DOWNGRADE) {
            for (Schema schema : Schema.values()) {
                found.put(
                        schema,
                        drift && schema == Schema.FRONTEND
                                ? new DriftResult.Found(List.of("index x is missing"), 0)
                                : new DriftResult.None());
            }
        }
        return new JobResult(
                name(),
                failure.filter(cause -> kind != MigratorJobKind.DRIFT)
                        .map(cause -> new MigratorFailure(cause, "the log says so")),
                found,
                kind == MigratorJobKind.CHECKS && failure.isEmpty() ? List.of(to) : List.of(),
                List.of());
    }
}
