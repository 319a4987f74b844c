package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.Deadlines;
import com.sourcegraph.downgrade.api.Manifests;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Recovery;
import com.sourcegraph.downgrade.api.SourceRef;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.Strategy;

/** Specs as a person writes and edits them. */
final class SpecEdits {
    private SpecEdits() {}

    static SourcegraphDowngradeSpec spec(String to, Strategy strategy, Mode mode, Approval approval) {
        return new SourcegraphDowngradeSpec(
                to,
                null,
                strategy,
                mode,
                approval,
                null,
                null,
                null,
                null,
                new Manifests(new SourceRef("older", null), null),
                null,
                null,
                new Deadlines("5m", "10m", "3m", "5m", "3m", "3m", "3m", "3m", "3m"),
                null,
                null);
    }

    /** The deadlines that a resource has which names none. */
    static SourcegraphDowngradeSpec withDefaultDeadlines(SourcegraphDowngradeSpec was) {
        return new SourcegraphDowngradeSpec(
                was.to(),
                was.from(),
                was.strategy(),
                was.mode(),
                was.approval(),
                was.approvedPlan(),
                was.suspend(),
                was.cancel(),
                was.serviceAccountName(),
                was.manifests(),
                was.migrator(),
                was.quiesce(),
                null,
                was.recovery(),
                was.ttlSecondsAfterFinished());
    }

    static SourcegraphDowngradeSpec with(
            SourcegraphDowngradeSpec was, String approvedPlan, boolean suspend, boolean cancel, Recovery recovery) {
        return new SourcegraphDowngradeSpec(
                was.to(),
                was.from(),
                was.strategy(),
                was.mode(),
                was.approval(),
                approvedPlan,
                suspend,
                cancel,
                was.serviceAccountName(),
                was.manifests(),
                was.migrator(),
                was.quiesce(),
                was.deadlines(),
                recovery,
                was.ttlSecondsAfterFinished());
    }
}
