package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.Strategy;
import java.util.List;

/** The steps of a run, in order. */
public final class Course {

    private static final List<StepName> BEFORE_THE_PLAN = List.of(StepName.PREFLIGHT, StepName.APPROVAL);

    private static final List<StepName> MANIFESTS =
            List.of(StepName.PREFLIGHT, StepName.APPROVAL, StepName.APPLY_MANIFESTS, StepName.ROLLOUT, StepName.VERIFY);

    private static final List<StepName> MIGRATOR = List.of(
            StepName.PREFLIGHT,
            StepName.APPROVAL,
            StepName.QUIESCE,
            StepName.MIGRATE,
            StepName.VERIFY_SCHEMA,
            StepName.APPLY_MANIFESTS,
            StepName.ROLLOUT,
            StepName.VERIFY);

    private Course() {}

    /** The steps known before there is a plan. */
    public static List<StepName> beforeThePlan(Mode mode) {
        return mode == Mode.PLAN ? List.of(StepName.PREFLIGHT) : BEFORE_THE_PLAN;
    }

    /** The steps of a plan. */
    public static List<StepName> of(Mode mode, Strategy strategy) {
        if (mode == Mode.PLAN) {
            return List.of(StepName.PREFLIGHT);
        }
        return strategy == Strategy.MIGRATOR ? MIGRATOR : MANIFESTS;
    }

    /** The first step of the strategy that writes to the instance. */
    static StepName firstActing(Strategy strategy) {
        return strategy == Strategy.MIGRATOR ? StepName.QUIESCE : StepName.APPLY_MANIFESTS;
    }
}
