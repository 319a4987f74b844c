package com.sourcegraph.downgrade.testkit.cluster.request;

/**
 * Is called around each request, on the thread that serves it and outside every lock: it may block, and may stop whoever
 * sent the request.
 */
public interface RequestHook {
    /** Before the request is looked at. */
    default void beforeCommit(RequestRecord request) {}

    /** After its effect is stored and before it is answered. */
    default void afterCommit(RequestRecord request) {}
}
