package com.sourcegraph.downgrade.plan;

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

    /** A kubectl command about something in the namespace. */
    public String kubectl(String rest) {
        return "kubectl -n " + namespace + " " + rest;
    }
}
