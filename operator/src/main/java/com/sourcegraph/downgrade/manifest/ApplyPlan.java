package com.sourcegraph.downgrade.manifest;

import java.util.List;
import java.util.Optional;

/**
 * The difference between the instance and the target manifests: what is written, what is deleted and what stays.
 *
 * <p>It is computed anew from what lives whenever it is asked for, so it is also the progress: an object that has been applied comes out
 * as {@link Action#UNCHANGED}, one that a crash left half-way as {@link Action#UPDATE}.
 *
 * @param objects one entry a target object, in the order of the bundle
 * @param removals what is pruned, after everything else
 * @param kept what is not in the target and stays
 * @param findings what a person should know
 * @param owner who applied the instance's objects: new ones are created in that name
 */
public record ApplyPlan(
        List<ObjectPlan> objects,
        List<Removal> removals,
        List<Kept> kept,
        List<Finding> findings,
        InstanceOwner owner) {

    public ApplyPlan {
        objects = List.copyOf(objects);
        removals = List.copyOf(removals);
        kept = List.copyOf(kept);
        findings = List.copyOf(findings);
    }

    /** Whether the namespace already is what the target says. */
    public boolean complete() {
        return removals.isEmpty()
                && objects.stream().noneMatch(object -> object.action().writes());
    }

    /** The plan for one object. */
    public Optional<ObjectPlan> find(ObjectKey key) {
        return objects.stream().filter(object -> object.key().equals(key)).findFirst();
    }
}
