package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.Strategy;
import java.util.List;

/**
 * A generated story: what is asked for, and what happens meanwhile.
 *
 * @param dataMoved whether an out-of-band migration has moved data
 * @param incidents what happens, in order
 */
record WorldCase(
        String from,
        String to,
        Strategy strategy,
        Mode mode,
        Approval approval,
        boolean dataMoved,
        List<Incident> incidents) {

    /** Something that happens after so many turns. */
    record Incident(int afterTurns, Happening happening) {}

    SourcegraphDowngradeSpec spec() {
        return SpecEdits.spec(to, strategy, mode, approval);
    }
}
