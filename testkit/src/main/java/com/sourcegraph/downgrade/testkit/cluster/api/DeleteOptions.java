package com.sourcegraph.downgrade.testkit.cluster.api;

/**
 * How an object is to be deleted.
 *
 * @param propagation {@code Background}, {@code Foreground}, {@code Orphan}; null for the kind's own way
 * @param graceSeconds null for the kind's own
 * @param uid the object must have this uid; null for any
 * @param resourceVersion the object must be at this version; null for any
 */
public record DeleteOptions(String propagation, Long graceSeconds, String uid, String resourceVersion, boolean dryRun) {
    public static DeleteOptions background() {
        return new DeleteOptions("Background", null, null, null, false);
    }
}
