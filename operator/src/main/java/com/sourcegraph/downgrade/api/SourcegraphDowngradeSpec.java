package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * What a user asks for. All of it is fixed when the resource is created but {@code suspend}, {@code cancel},
 * {@code approvedPlan}, {@code recovery} and {@code ttlSecondsAfterFinished}.
 *
 * <p>A field left out reads as its default here too, so that a resource which no API server has defaulted (a test, a
 * dry rendering) means the same.
 */
@JsonClassDescription(
        "What is asked for. Fixed when the resource is created, but for suspend, cancel, approvedPlan, recovery and ttlSecondsAfterFinished.")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = SpecRules.TO_BELOW_FROM, message = SpecRules.TO_BELOW_FROM_MESSAGE, fieldPath = ".to")
@ValidationRule(value = SpecRules.SAME_TO, message = SpecRules.IMMUTABLE_TO, fieldPath = ".to")
@ValidationRule(value = SpecRules.SAME_FROM, message = SpecRules.IMMUTABLE_FROM, fieldPath = ".from")
@ValidationRule(value = SpecRules.SAME_STRATEGY, message = SpecRules.IMMUTABLE_STRATEGY, fieldPath = ".strategy")
@ValidationRule(value = SpecRules.SAME_MODE, message = SpecRules.IMMUTABLE_MODE, fieldPath = ".mode")
@ValidationRule(value = SpecRules.SAME_APPROVAL, message = SpecRules.IMMUTABLE_APPROVAL, fieldPath = ".approval")
@ValidationRule(
        value = SpecRules.SAME_SERVICE_ACCOUNT,
        message = SpecRules.IMMUTABLE_SERVICE_ACCOUNT,
        fieldPath = ".serviceAccountName")
@ValidationRule(value = SpecRules.SAME_MANIFESTS, message = SpecRules.IMMUTABLE_MANIFESTS, fieldPath = ".manifests")
@ValidationRule(value = SpecRules.SAME_MIGRATOR, message = SpecRules.IMMUTABLE_MIGRATOR, fieldPath = ".migrator")
@ValidationRule(value = SpecRules.SAME_QUIESCE, message = SpecRules.IMMUTABLE_QUIESCE, fieldPath = ".quiesce")
@ValidationRule(value = SpecRules.SAME_DEADLINES, message = SpecRules.IMMUTABLE_DEADLINES, fieldPath = ".deadlines")
@ValidationRule(value = SpecRules.CANCEL_STAYS, message = SpecRules.CANCEL_STAYS_MESSAGE, fieldPath = ".cancel")
@ValidationRule(
        value = SpecRules.RETRIES_ONLY_GROW,
        message = SpecRules.RETRIES_ONLY_GROW_MESSAGE,
        fieldPath = ".recovery.retries")
@ValidationRule(
        value = SpecRules.MIGRATOR_NEEDS_STRATEGY,
        message = SpecRules.MIGRATOR_NEEDS_STRATEGY_MESSAGE,
        fieldPath = ".migrator")
@ValidationRule(
        value = SpecRules.PLAN_IS_NOT_APPROVED,
        message = SpecRules.PLAN_IS_NOT_APPROVED_MESSAGE,
        fieldPath = ".approvedPlan")
public record SourcegraphDowngradeSpec(
        @Required
        @Size(max = 64)
        @ValidationRule(value = SpecRules.IS_RELEASE, message = SpecRules.IS_RELEASE_TO)
        @JsonPropertyDescription(
                "The release to go back to, as v4.0.1, 4.0.1 or '4.0' (two numbers need quotes in YAML, or the v). "
                        + "The target manifests must be of this release. Cannot be changed.")
        String to,

        @Size(max = 64)
        @ValidationRule(value = SpecRules.IS_RELEASE, message = SpecRules.IS_RELEASE_FROM)
        @JsonPropertyDescription(
                "The release that the instance runs now. Default: read from the instance; given, it must agree with it. Cannot be changed.")
        String from,

        @Default("Auto")
        @JsonPropertyDescription(
                "How to go back. Manifests: only reapply the older manifests, rolling, for a step back of patches or of one minor. "
                        + "Migrator: stop what is connected to the databases and run the migrator first. "
                        + "Auto: Manifests where that is enough, else Migrator; status.plan says which and why. Cannot be changed.")
        Strategy strategy,

        @Default("Run")
        @JsonPropertyDescription(
                "Run: downgrade the instance. Plan: check everything, write the plan to the status and end, without touching the instance. Cannot be changed.")
        Mode mode,

        @Default("Automatic")
        @JsonPropertyDescription(
                "Automatic: go on once every check has passed. Manual: wait until approvedPlan holds the digest of the plan in the status. Cannot be changed.")
        Approval approval,

        @Size(max = 71)
        @ValidationRule(value = SpecRules.IS_DIGEST, message = SpecRules.IS_DIGEST_MESSAGE)
        @JsonPropertyDescription(
                "The digest (status.plan.digest) of the plan that a person has read and approves. The run acts on that very plan and on no other.")
        String approvedPlan,

        @Default("false")
        @JsonPropertyDescription("Hold the run at the next boundary between steps. Set back to false to go on.")
        Boolean suspend,

        @Default("false")
        @JsonPropertyDescription(
                "Give the run up and put everything back as it was. Works until the point of no return (status.pointOfNoReturn); after it, it is refused. Cannot be taken back.")
        Boolean cancel,

        @Default(SourcegraphDowngradeSpec.DEFAULT_SERVICE_ACCOUNT)
        @Size(max = 63)
        @ValidationRule(value = SpecRules.IS_DNS_LABEL, message = SpecRules.IS_SERVICE_ACCOUNT_MESSAGE)
        @JsonPropertyDescription(
                "The service account in this namespace in whose name the operator writes. The namespace's owner creates and binds it. "
                        + "The operator may act only in the name of accounts that its installation lists. Cannot be changed.")
        String serviceAccountName,

        @Required @JsonPropertyDescription("Where the target release's manifests are. Cannot be changed.")
        Manifests manifests,

        @JsonPropertyDescription("How the migrator runs. Cannot be changed.")
        Migrator migrator,

        @JsonPropertyDescription("What counts as connected to the databases. Cannot be changed.")
        Quiesce quiesce,

        @JsonPropertyDescription(
                "How long each step may take before the resource is reported as Stalled. A stalled run goes on by itself when the cause goes away. Cannot be changed.")
        Deadlines deadlines,

        @JsonPropertyDescription("What a person decides when a run has stopped after the point of no return.")
        Recovery recovery,

        @Min(0)
        @Max(31536000)
        @JsonPropertyDescription(
                "Seconds after which a finished resource is deleted. Default: it is kept. A resource that comes back under the same name and spec does not run again.")
        Integer ttlSecondsAfterFinished) {

    /** The service account in an instance's namespace that the operator writes as, unless told otherwise. */
    public static final String DEFAULT_SERVICE_ACCOUNT = "sourcegraph-downgrade";

    public SourcegraphDowngradeSpec {
        strategy = strategy == null ? Strategy.AUTO : strategy;
        mode = mode == null ? Mode.RUN : mode;
        approval = approval == null ? Approval.AUTOMATIC : approval;
        suspend = suspend != null && suspend;
        cancel = cancel != null && cancel;
        serviceAccountName = serviceAccountName == null ? DEFAULT_SERVICE_ACCOUNT : serviceAccountName;
        migrator = migrator == null ? Migrator.DEFAULT : migrator;
        quiesce = quiesce == null ? Quiesce.DEFAULT : quiesce;
        deadlines = deadlines == null ? Deadlines.DEFAULT : deadlines;
        recovery = recovery == null ? Recovery.DEFAULT : recovery;
    }
}
