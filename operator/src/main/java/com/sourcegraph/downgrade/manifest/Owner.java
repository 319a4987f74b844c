package com.sourcegraph.downgrade.manifest;

/**
 * Who applied one live object.
 *
 * @param manager the field manager's name
 * @param style how it applies
 * @param takenOver whether an earlier apply of ours was cut off before it gave the object back
 */
record Owner(String manager, InstanceOwner.Style style, boolean takenOver) {

    /** Whether both apply alike and under the same name. */
    boolean sameAs(InstanceOwner instance) {
        return manager.equals(instance.manager()) && style == instance.style();
    }
}
