package com.sourcegraph.downgrade.manifest;

import java.util.List;
import java.util.Optional;

/** The order in which a plan's objects are written. Pure. */
public final class ManifestOrder {

    /** The phase that an object is applied in. */
    public Phase phaseOf(TargetObject target) {
        throw new UnsupportedOperationException();
    }

    /** The objects of a phase, in the order in which they are written, also those that need no request. */
    public List<ObjectPlan> inPhase(ApplyPlan plan, Phase phase) {
        throw new UnsupportedOperationException();
    }

    /** The first phase in which something is left to write; empty where only removals are left, or nothing. */
    public Optional<Phase> next(ApplyPlan plan) {
        throw new UnsupportedOperationException();
    }
}
