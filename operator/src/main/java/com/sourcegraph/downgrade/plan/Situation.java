package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Version;
import java.time.Instant;
import java.util.Optional;

/** Everything that a decision depends on. */
public record Situation(Run run, SourcegraphDowngradeSpec spec, Journal journal, Facts facts, Instant now) {

    public Situation with(Facts more) {
        return new Situation(run, spec, journal, more, now);
    }

    /** The plan; only asked for in steps that cannot be entered without one. */
    public PlanStatus plan() {
        return journal.plan()
                .orElseThrow(() -> new IllegalStateException("Resource " + run.namespace() + "/" + run.name()
                        + " is past preflight without a plan in its status"));
    }

    /**
     * When the step began. Where the journal does not say it any more, or says a time that is still to come, its deadline tells: what is
     * waited for with patience must not be waited for without end.
     */
    public Instant begun(StepName step) {
        return journal.startedAt(step)
                .filter(at -> !at.isAfter(now))
                .or(() -> timeGiven(step))
                .orElse(now);
    }

    /** When the step's present attempt began: each has the whole time of the step. */
    public Instant attemptBegun(StepName step) {
        return timeGiven(step).orElseGet(() -> begun(step));
    }

    private Optional<Instant> timeGiven(StepName step) {
        return journal.deadline(step)
                .map(deadline -> deadline.minus(StepDeadlines.of(spec.deadlines(), step)))
                .filter(at -> !at.isAfter(now));
    }

    public Minor fromMinor() {
        return Version.parse(plan().from()).toMinor();
    }

    public Version to() {
        return Version.parse(plan().to());
    }
}
