package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.Inspection;
import com.sourcegraph.downgrade.manifest.ManifestBundle;
import com.sourcegraph.downgrade.manifest.ManifestProblem;
import java.util.List;

/** The target manifests as they were read just now. */
public sealed interface TargetFacts {

    /**
     * Read, inspected, and compared with what lives.
     *
     * @param now whether all of it was asked of the API server this moment, not known from the run's own writes
     */
    record Read(ManifestBundle bundle, Inspection inspection, ApplyPlan plan, boolean now) implements TargetFacts {

        public Read asOf(boolean moment) {
            return new Read(bundle, inspection, plan, moment);
        }
    }

    /** Not readable; a person can repair it. */
    record Unreadable(List<ManifestProblem> problems) implements TargetFacts {
        public Unreadable {
            problems = List.copyOf(problems);
        }
    }
}
