package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StatusTime;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.Strategy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The status, read as the journal of the run. Read-only: entries are written by the status package alone.
 *
 * @param status what stands in the resource; empty before the first reconcile
 */
public record Journal(Optional<SourcegraphDowngradeStatus> status) {

    /** Whether the first reconcile has been recorded. */
    public boolean accepted() {
        return status.isPresent() && !steps().isEmpty();
    }

    public List<StepStatus> steps() {
        return status.map(SourcegraphDowngradeStatus::steps).orElse(List.of());
    }

    public Optional<StepStatus> step(StepName name) {
        return steps().stream().filter(step -> step.name() == name).findFirst();
    }

    public StepState state(StepName name) {
        return step(name).map(StepStatus::state).orElse(StepState.PENDING);
    }

    /** The first step that has not ended; empty when all have. */
    public Optional<StepStatus> current() {
        return steps().stream()
                .filter(step -> step.state() == StepState.PENDING || step.state() == StepState.RUNNING)
                .findFirst();
    }

    public boolean running(StepName name) {
        return state(name) == StepState.RUNNING;
    }

    public Optional<Instant> startedAt(StepName name) {
        return step(name).map(StepStatus::startedAt).flatMap(StatusTime::read);
    }

    public Optional<Instant> deadline(StepName name) {
        return step(name).map(StepStatus::deadline).flatMap(StatusTime::read);
    }

    public int attempt(StepName name) {
        return step(name).map(StepStatus::attempt).orElse(0);
    }

    /** The plan, if it may be acted on. */
    public Optional<PlanStatus> plan() {
        return status.map(SourcegraphDowngradeStatus::plan).filter(plan -> plan.digest() != null);
    }

    public boolean runsMigrator() {
        return plan().map(PlanStatus::strategy)
                .filter(Strategy.MIGRATOR::equals)
                .isPresent();
    }

    public Optional<MigrationStatus> migration() {
        return status.map(SourcegraphDowngradeStatus::migration);
    }

    /** Also where the time of it has become illegible: to take it for not passed would bring newer services back. */
    public boolean pastPointOfNoReturn() {
        return status.map(SourcegraphDowngradeStatus::pointOfNoReturn).isPresent();
    }

    /** When that was; where it is illegible, when the step that passes it began. */
    public Optional<Instant> pointOfNoReturn() {
        return status.map(SourcegraphDowngradeStatus::pointOfNoReturn).flatMap(text -> StatusTime.read(text)
                .or(() -> startedAt(StepName.MIGRATE).or(() -> startedAt(StepName.APPLY_MANIFESTS))));
    }

    /** Whether the run has begun to act: the first step after approval was entered. */
    public boolean acted() {
        return steps().stream()
                .anyMatch(step -> step.name() != StepName.PREFLIGHT
                        && step.name() != StepName.APPROVAL
                        && step.name() != StepName.PUT_BACK
                        && (step.startedAt() != null
                                || step.state() == StepState.RUNNING
                                || step.state() == StepState.DONE));
    }

    public boolean cancelling() {
        return step(StepName.PUT_BACK).isPresent();
    }

    public boolean finished() {
        return status.filter(SourcegraphDowngradeStatus::finished).isPresent();
    }

    public Optional<Instant> finishedAt() {
        return status.map(SourcegraphDowngradeStatus::finishedAt).flatMap(StatusTime::read);
    }
}
