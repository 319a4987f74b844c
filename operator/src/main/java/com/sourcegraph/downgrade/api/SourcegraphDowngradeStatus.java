package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What the operator reports: the journal of the run, and everything a person needs to follow it. */
@JsonClassDescription(
        "What the operator reports: the journal of the run, and everything a person needs to follow it. Written by the operator alone.")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SourcegraphDowngradeStatus(
        @JsonPropertyDescription("The generation of the spec that this status is about.")
        Long observedGeneration,

        @JsonPropertyDescription("A summary for people; programs read the conditions.")
        Phase phase,

        @JsonPropertyDescription("The step that is running or comes next.")
        StepName currentStep,

        @JsonPropertyDescription("How far the run is, such as 3/8, or the migrator's own progress.")
        String progress,

        @JsonPropertyDescription(
                "The one thing that a person should do next, with its command; or that there is nothing to do.")
        String nextAction,

        @JsonPropertyDescription(
                "Complete, Failed and Suspended as a Job has them; Ready, Reconciling and Stalled for GitOps tools.")
        List<Condition> conditions,

        @JsonPropertyDescription("The plan, resolved and frozen.")
        PlanStatus plan,

        @JsonPropertyDescription("The preflight checks.") List<CheckStatus> checks,

        @JsonPropertyDescription("The journal: each step of the run.")
        List<StepStatus> steps,

        @JsonPropertyDescription("The instance's workloads and what the run does with each.")
        List<WorkloadStatus> workloads,

        @JsonPropertyDescription("Live progress of the migrator.")
        MigrationStatus migration,

        @JsonPropertyDescription("Drift before and after.") DriftStatus drift,

        @JsonPropertyDescription("The instance's release before and after, as the database has it.")
        VersionsStatus versions,

        @JsonPropertyDescription("When the run passed the point after which it cannot be cancelled.")
        String pointOfNoReturn,

        @JsonPropertyDescription("When the run began.") String startedAt,
        @JsonPropertyDescription("When the run ended.") String finishedAt) {

    public SourcegraphDowngradeStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        checks = checks == null ? List.of() : List.copyOf(checks);
        steps = steps == null ? List.of() : List.copyOf(steps);
        workloads = workloads == null ? List.of() : List.copyOf(workloads);
    }

    /** Whether the run has ended. */
    public boolean finished() {
        return holds(ConditionType.COMPLETE) || holds(ConditionType.FAILED);
    }

    private boolean holds(ConditionType type) {
        return conditions.stream()
                .anyMatch(
                        condition -> condition.getType().equals(type.label()) && "True".equals(condition.getStatus()));
    }
}
