package com.sourcegraph.downgrade.manifest;

import java.util.Optional;

/**
 * What becomes of one target object, and why.
 *
 * @param target the target
 * @param action what becomes of it
 * @param reason why, for people
 * @param live the live object of the same key
 * @param replaces the live object that must be gone before this one is created ({@link Action#SWAP_KIND}, {@link Action#RECREATE})
 */
public record ObjectPlan(
        TargetObject target, Action action, String reason, Optional<LiveObject> live, Optional<LiveObject> replaces) {

    public ObjectKey key() {
        return target.key();
    }
}
