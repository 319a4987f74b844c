package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.DriftStatus;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.VersionsStatus;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A status while it is being written. Confined to one call. */
final class StatusDraft {

    Long observedGeneration;
    Phase phase;
    String progress;
    String nextAction;
    List<Condition> conditions = List.of();
    PlanStatus plan;
    List<CheckStatus> checks = List.of();
    List<StepStatus> steps = List.of();
    List<WorkloadStatus> workloads = List.of();
    MigrationStatus migration;
    DriftStatus drift;
    VersionsStatus versions;
    String pointOfNoReturn;
    String startedAt;
    String finishedAt;

    static StatusDraft of(Optional<SourcegraphDowngradeStatus> status) {
        StatusDraft draft = new StatusDraft();
        status.ifPresent(from -> {
            draft.observedGeneration = from.observedGeneration();
            draft.phase = from.phase();
            draft.progress = from.progress();
            draft.nextAction = from.nextAction();
            draft.conditions = from.conditions();
            draft.plan = from.plan();
            draft.checks = from.checks();
            draft.steps = from.steps();
            draft.workloads = from.workloads();
            draft.migration = from.migration();
            draft.drift = from.drift();
            draft.versions = from.versions();
            draft.pointOfNoReturn = from.pointOfNoReturn();
            draft.startedAt = from.startedAt();
            draft.finishedAt = from.finishedAt();
        });
        return draft;
    }

    /** The status, with every text and list bounded. */
    SourcegraphDowngradeStatus finish(StepName current) {
        return new SourcegraphDowngradeStatus(
                observedGeneration,
                phase,
                current,
                progress,
                Bounds.nextAction(nextAction),
                conditions,
                Bounds.plan(plan),
                Bounds.checks(checks),
                Bounds.steps(steps),
                Bounds.workloads(workloads),
                Bounds.migration(migration),
                Bounds.drift(drift),
                versions,
                pointOfNoReturn,
                startedAt,
                finishedAt);
    }

    Optional<StepStatus> step(StepName name) {
        return steps.stream().filter(step -> step.name() == name).findFirst();
    }

    void edit(StepName name, UnaryOperator<StepStatus> change) {
        List<StepStatus> edited = new ArrayList<>();
        for (StepStatus step : steps) {
            edited.add(step.name() == name ? change.apply(step) : step);
        }
        steps = edited;
    }
}
