package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Version;
import java.time.Instant;

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

    public Minor fromMinor() {
        return Version.parse(plan().from()).toMinor();
    }

    public Version to() {
        return Version.parse(plan().to());
    }
}
