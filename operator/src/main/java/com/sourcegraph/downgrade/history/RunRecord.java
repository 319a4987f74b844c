package com.sourcegraph.downgrade.history;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One run that has acted on the instance.
 *
 * @param name the resource's name
 * @param uid the resource's uid: another uid with the same name and digest is the same resource come back
 * @param specDigest SHA-256 over the part of the spec that cannot change
 * @param from the release before
 * @param to the release asked for
 * @param startedAt when it took hold of the instance, RFC 3339
 * @param finishedAt when it let go; null while it runs
 * @param outcome {@code Complete} or {@code Cancelled}; null while it runs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunRecord(
        String name,
        String uid,
        String specDigest,
        String from,
        String to,
        String startedAt,
        String finishedAt,
        String outcome) {

    /** Whether it went to its end: the instance became the target release. */
    public boolean completed() {
        return COMPLETE.equals(outcome);
    }

    /** The outcome of a run that reached its target. */
    public static final String COMPLETE = "Complete";

    /** The outcome of a run that was called off and put everything back. */
    public static final String CANCELLED = "Cancelled";

    /** The same run, ended. */
    public RunRecord ended(String when, String how) {
        return new RunRecord(name, uid, specDigest, from, to, startedAt, when, how);
    }
}
