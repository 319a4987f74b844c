package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import java.time.Instant;

/**
 * Which resource this is about.
 *
 * @param generation of the spec
 * @param specDigest SHA-256 over the part of the spec that cannot change
 * @param deleting whether the resource has been deleted and only its finalizer holds it
 */
public record Run(
        String namespace,
        String name,
        String uid,
        long generation,
        String specDigest,
        Instant createdAt,
        boolean deleting) {

    /** A kubectl command that merges this patch into the resource. */
    public String patchCommand(String patch) {
        return "kubectl -n " + namespace + " patch sgdowngrade " + name + " --type=merge -p '" + patch + "'";
    }

    /**
     * A command that takes our finalizer off the resource and leaves those of others, wherever they stand in the list. Who has changed
     * the resource meanwhile is met with a conflict.
     */
    public String letGoCommand() {
        return kubectl("get sgdowngrade " + name + " -o json | jq '.metadata.finalizers -= [\""
                + SourcegraphDowngrade.FINALIZER + "\"]' | kubectl replace -f -");
    }

    /** A kubectl command about something in the namespace. */
    public String kubectl(String rest) {
        return "kubectl -n " + namespace + " " + rest;
    }
}
