package com.sourcegraph.downgrade.migrator;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** States of a downgrade's Job, made up. */
final class Outcome {
    private Outcome() {}

    static MigratorJobState ended(int exitCode, String reason) {
        return state(
                exitCode == 0 ? MigratorJobPhase.SUCCEEDED : MigratorJobPhase.FAILED,
                OptionalInt.of(exitCode),
                Optional.of(reason),
                Optional.empty(),
                Optional.empty());
    }

    static MigratorJobState waiting(String reason, String message) {
        return state(
                MigratorJobPhase.PENDING,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.of(new MigratorJobState.Trouble(reason, message)),
                Optional.empty());
    }

    static MigratorJobState disrupted(OptionalInt exitCode, String reason, String message) {
        return state(
                MigratorJobPhase.FAILED,
                exitCode,
                Optional.of("Error"),
                Optional.empty(),
                Optional.of(new MigratorJobState.Trouble(reason, message)));
    }

    private static MigratorJobState state(
            MigratorJobPhase phase,
            OptionalInt exitCode,
            Optional<String> reason,
            Optional<MigratorJobState.Trouble> waiting,
            Optional<MigratorJobState.Trouble> disruption) {
        return new MigratorJobState(
                "run-downgrade-1",
                "job-uid",
                "uid",
                MigratorJobKind.DOWNGRADE,
                1,
                phase,
                Optional.empty(),
                Optional.of("run-downgrade-1-abcde"),
                List.of(new ContainerOutcome(
                        MigratorContainers.DOWNGRADE,
                        exitCode,
                        reason,
                        Optional.empty(),
                        exitCode.isPresent() ? Optional.of(Instant.EPOCH) : Optional.empty(),
                        Optional.empty())),
                waiting,
                disruption,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
