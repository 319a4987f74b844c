package com.sourcegraph.downgrade.api;

/** Why a condition is as it is; the closed list of reasons in conditions and events. */
public enum Reason {
    /** The run goes on. */
    PROGRESSING("Progressing"),
    /** Another resource of the namespace comes first. */
    WAITING_FOR_OTHER("WaitingForOther"),
    /** Preflight found something that a person repairs. */
    PREFLIGHT_FAILED("PreflightFailed"),
    /** The plan waits for approval. */
    APPROVAL_PENDING("ApprovalPending"),
    /** Another plan was approved than the one that stands. */
    APPROVED_PLAN_DIFFERS("ApprovedPlanDiffers"),
    /** A resource with mode Plan has ended. */
    PLANNED("Planned"),
    /** Held by {@code spec.suspend}. */
    SUSPENDED("Suspended"),
    /** A step has passed its deadline. */
    STEP_DEADLINE_EXCEEDED("StepDeadlineExceeded"),
    /** What is connected does not stop, does not stay stopped, or cannot be seen to have stopped: no migrator is started. */
    NOT_QUIET("NotQuiet"),
    /** The migrator's pod does not start. */
    MIGRATOR_CANNOT_START("MigratorCannotStart"),
    /** The migrator ended without success and no attempt is left. */
    MIGRATOR_LOST("MigratorLost"),
    MIGRATOR_FAILED("MigratorFailed"),
    /** A down migration was interrupted; a retry would skip it silently. */
    INTERRUPTED_MIGRATION("InterruptedMigration"),
    /** The schema is not what a finished downgrade leaves. */
    SCHEMA_NOT_VERIFIED("SchemaNotVerified"),
    /** The downgrade left drift that was not there before. */
    DRIFT_INTRODUCED("DriftIntroduced"),
    /** The target manifests are not those of the plan. */
    MANIFESTS_CHANGED("ManifestsChanged"),
    /** The API server refused an object or a right is missing. */
    APPLY_REFUSED("ApplyRefused"),
    /** A workload does not become available. */
    ROLLOUT_STUCK("RolloutStuck"),
    /** The instance is not the target release after the rollout. */
    INSTANCE_NOT_VERIFIED("InstanceNotVerified"),
    /** Another run holds the instance. */
    INSTANCE_BUSY("InstanceBusy"),
    /** The run was given up on request and everything was put back. */
    CANCELLED("Cancelled"),
    /** Cancel was asked for after the point of no return. */
    CANCEL_REFUSED("CancelRefused"),
    /** The same resource has run before. */
    ALREADY_RAN("AlreadyRan"),
    /** The instance is the target release. */
    COMPLETE("Complete"),
    /** The operator met an error that it retries. */
    INTERNAL_ERROR("InternalError");

    private final String label;

    Reason(String label) {
        this.label = label;
    }

    /** @return the reason in CamelCase, never empty */
    public String label() {
        return label;
    }
}
