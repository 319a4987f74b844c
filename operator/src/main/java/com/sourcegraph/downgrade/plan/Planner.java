package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what comes next. Total: every situation has a decision. It never skips a step, never acts before preflight has
 * passed and, where asked for, the plan was approved, and a run always ends or says what it waits for.
 */
public final class Planner {

    private final Map<StepName, StepPolicy> policies = new EnumMap<>(StepName.class);
    private final Admission admission;
    private final Gate gate;
    private final DeadlineWatch deadlines = new DeadlineWatch();
    private final Leaving leaving = new Leaving();
    private final CalledOff calledOff = new CalledOff();

    public Planner() {
        PlanRenewal renewal = new PlanRenewal();
        admission = new Admission();
        gate = new Gate(renewal);
        for (StepPolicy policy : List.of(
                new PreflightPolicy(),
                new ApprovalPolicy(renewal),
                new QuiescePolicy(),
                new MigratePolicy(),
                new VerifySchemaPolicy(),
                new ApplyManifestsPolicy(),
                new RolloutPolicy(),
                new VerifyPolicy(),
                new PutBackPolicy())) {
            policies.put(policy.step(), policy);
        }
    }

    /** The decision for this situation. */
    public Decision decide(Situation situation) {
        Journal journal = situation.journal();
        if (journal.finished()) {
            return leaving.afterTheEnd(situation);
        }
        if (!journal.accepted()) {
            return Decision.go(new Move.Note(), new JournalEntry.Accepted());
        }
        Optional<Decision> out = leaving.onRequest(situation);
        if (out.isPresent()) {
            return out.get();
        }
        Optional<StepStatus> current = journal.current();
        if (planLost(situation, current.map(StepStatus::name))) {
            return withoutPlan(situation);
        }
        if (current.isEmpty()) {
            return end(situation);
        }
        StepName step = current.get().name();
        if (current.get().state() == StepState.RUNNING) {
            if (journal.deadline(step).isEmpty()) {
                // Somebody has edited it away: without one the step would wait for ever and look like work.
                return Decision.go(new Move.Note(), new JournalEntry.DeadlineRenewed(step));
            }
            Optional<Decision> held = leaving.holdWithin(situation, step);
            return held.orElseGet(
                    () -> deadlines.judge(situation, step, policies.get(step).decide(situation)));
        }
        return enter(situation, step);
    }

    /** Only somebody who edits the status can bring this about; it must not be a failure without a word. */
    private static boolean planLost(Situation situation, Optional<StepName> current) {
        boolean needsNone = current.map(step -> step == StepName.PREFLIGHT || step == StepName.PUT_BACK)
                .orElse(situation.spec().mode() == Mode.PLAN
                        || situation.journal().cancelling());
        return situation.journal().plan().isEmpty() && !needsNone;
    }

    private static Decision withoutPlan(Situation situation) {
        Run run = situation.run();
        Optional<StepName> current = situation.journal().current().map(StepStatus::name);
        boolean untouched = !situation.journal().acted() && !situation.journal().pastPointOfNoReturn();
        if (untouched && situation.journal().step(StepName.PREFLIGHT).isPresent()) {
            return Decision.go(new Move.Note(), new JournalEntry.Reopened(StepName.PREFLIGHT));
        }
        return Decision.go(new Move.Wait(
                current.orElse(StepName.VERIFY),
                "The plan has gone from the status",
                REPAIR,
                Optional.of(new Stop(
                        Reason.INTERNAL_ERROR,
                        "The run has begun to act, but status.plan or its digest is gone: somebody has edited the status",
                        "Put status.plan back as it was; the run goes on by itself: "
                                + run.kubectl("edit sgdowngrade " + run.name() + " --subresource=status")))));
    }

    private Decision enter(Situation situation, StepName step) {
        // Who cancels a run that is held wants back what it has stopped, not to go on with it.
        if (situation.spec().suspend() && !situation.run().deleting() && step != StepName.PUT_BACK) {
            return Decision.go(new Move.Hold("Held before step " + step.label() + " by spec.suspend"));
        }
        if (step == StepName.PREFLIGHT) {
            return admission.admit(situation).orElseGet(() -> Decision.go(new Move.Enter(step)));
        }
        boolean acting = step != StepName.APPROVAL && step != StepName.PUT_BACK;
        if (acting && step == Course.firstActing(situation.plan().strategy())) {
            Optional<Decision> first = gate.beforeActing(situation, step);
            if (first.isPresent()) {
                return first.get();
            }
        }
        if (step == StepName.APPLY_MANIFESTS && !situation.journal().pastPointOfNoReturn()) {
            return Decision.go(new Move.Enter(step), new JournalEntry.PointOfNoReturn());
        }
        return Decision.go(new Move.Enter(step));
    }

    private Decision end(Situation situation) {
        if (situation.spec().mode() == Mode.PLAN) {
            return Decision.go(new Move.Finish(
                    Move.Outcome.COMPLETE,
                    Reason.PLANNED,
                    "The plan is in status.plan; the instance was not touched",
                    "Read the plan: "
                            + situation
                                    .run()
                                    .kubectl(
                                            "get sgdowngrade " + situation.run().name() + " -o yaml")));
        }
        if (situation.journal().cancelling()) {
            return calledOff.end(situation);
        }
        return Decision.go(new Move.Finish(
                Move.Outcome.COMPLETE,
                Reason.COMPLETE,
                "The instance is at " + situation.plan().to(),
                "Nothing to do here. What installs the instance (a Git repository, a Helm release, a pipeline) has to name "
                        + situation.plan().to()
                        + " before it runs again, or it upgrades the instance anew (docs/stops.md, After the run)"));
    }

    /** How often to look again at something that no watch reports. */
    static final Duration SOON = Duration.ofSeconds(1);

    /** How often to look again at something that a watch reports too. */
    static final Duration SAFETY_NET = Duration.ofSeconds(15);

    /** How often to look again at something that a person has to repair. */
    static final Duration REPAIR = Duration.ofSeconds(15);
}
