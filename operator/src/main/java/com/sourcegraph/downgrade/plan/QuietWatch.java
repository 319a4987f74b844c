package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells an instance that does not become quiet, or does not stay so, from one that is about to. Step Quiesce and the short steps have a
 * deadline for that. Migrate has hours, for the migrator: until one is started it may wait no longer than Quiesce. And whoever brings a
 * workload back again and again is told long before either.
 */
final class QuietWatch {

    private final QuietRemedies remedies = new QuietRemedies();

    /**
     * The stop that waiting for quiet has become; empty while it is work.
     *
     * @param message what is waited for
     * @param next what to do about it, as one sentence with one command
     */
    Optional<Stop> judge(Situation situation, StepName step, String message, String next) {
        Rivals rivals = Rivals.of(situation);
        String first = rivals.told().stream()
                .findFirst()
                .map(rival -> remedies.pause(situation, rival))
                .orElse(next);
        return fight(step, rivals, first)
                .or(() -> longerThanQuiesce(situation, step, message, first))
                .or(() -> DeadlineWatch.overdue(situation, step, message)
                        .map(late -> new Stop(late.reason(), late.message(), first)));
    }

    /** Only while a migrator is to be started, which takes that everything is left alone; later the run goes on beside such a tool. */
    private static Optional<Stop> fight(StepName step, Rivals rivals, String next) {
        List<Rival> fighting = rivals.fighting();
        if (fighting.isEmpty() || !(step == StepName.QUIESCE || step == StepName.MIGRATE)) {
            return Optional.empty();
        }
        return Optional.of(new Stop(
                Reason.NOT_QUIET,
                "Step " + step.label() + " starts no migrator, because "
                        + fighting.stream().map(Rival::again).collect(Collectors.joining("; ")),
                next));
    }

    private static Optional<Stop> longerThanQuiesce(Situation situation, StepName step, String message, String next) {
        if (step != StepName.MIGRATE) {
            return Optional.empty();
        }
        Instant since = since(situation);
        Duration most = StepDeadlines.of(situation.spec().deadlines(), StepName.QUIESCE);
        return situation.now().isBefore(since.plus(most))
                ? Optional.empty()
                : Optional.of(new Stop(
                        Reason.NOT_QUIET,
                        "Step Migrate starts no migrator: since " + since + ", longer than the deadline of Quiesce ("
                                + situation.spec().deadlines().of(StepName.QUIESCE)
                                + ") allows, the instance is not seen to be quiet. " + message,
                        next));
    }

    /** When there was last nothing to do but to become quiet and start a migrator. */
    private static Instant since(Situation situation) {
        return JobLookup.find(situation, MigratorJobKind.DOWNGRADE, MigrationNotes.attempt(situation.journal()))
                .flatMap(MigratorJobState::finished)
                .orElseGet(() -> situation.attemptBegun(StepName.MIGRATE));
    }
}
