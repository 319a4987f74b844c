package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How long each step may take; durations such as {@code 90s}, {@code 15m}, {@code 1h30m}. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Deadlines(
        @Default("30m")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.preflight " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step Preflight: resolving and checking everything.")
        String preflight,

        @Default("24h")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.approval " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step Approval: waiting for a person.")
        String approval,

        @Default("15m")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.quiesce " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step Quiesce: stopping what is connected to the databases.")
        String quiesce,

        @Default("4h")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.migrate " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step Migrate: running the migrator.")
        String migrate,

        @Default("15m")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.verifySchema " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step VerifySchema: proving the schema.")
        String verifySchema,

        @Default("20m")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.applyManifests " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step ApplyManifests: applying the target manifests.")
        String applyManifests,

        @Default("30m")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.rollout " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step Rollout: waiting until every workload is available.")
        String rollout,

        @Default("10m")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.verify " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step Verify: proving that the instance is the target release.")
        String verify,

        @Default("30m")
        @Size(max = 24)
        @ValidationRule(
                value = SpecRules.IS_DURATION,
                message = "spec.deadlines.putBack " + SpecRules.IS_DURATION_MESSAGE)
        @JsonPropertyDescription("Deadline of the step PutBack: putting everything back after a cancel.")
        String putBack) {

    static final Deadlines DEFAULT = new Deadlines(null, null, null, null, null, null, null, null, null);

    public Deadlines {
        preflight = preflight == null ? "30m" : preflight;
        approval = approval == null ? "24h" : approval;
        quiesce = quiesce == null ? "15m" : quiesce;
        migrate = migrate == null ? "4h" : migrate;
        verifySchema = verifySchema == null ? "15m" : verifySchema;
        applyManifests = applyManifests == null ? "20m" : applyManifests;
        rollout = rollout == null ? "30m" : rollout;
        verify = verify == null ? "10m" : verify;
        putBack = putBack == null ? "30m" : putBack;
    }

    /** @return the deadline of that step as it was written */
    public String of(StepName step) {
        return switch (step) {
            case PREFLIGHT -> preflight;
            case APPROVAL -> approval;
            case QUIESCE -> quiesce;
            case MIGRATE -> migrate;
            case VERIFY_SCHEMA -> verifySchema;
            case APPLY_MANIFESTS -> applyManifests;
            case ROLLOUT -> rollout;
            case VERIFY -> verify;
            case PUT_BACK -> putBack;
        };
    }
}
