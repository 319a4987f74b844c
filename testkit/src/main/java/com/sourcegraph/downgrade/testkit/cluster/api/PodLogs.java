package com.sourcegraph.downgrade.testkit.cluster.api;

import java.time.Instant;

/** Where the logs of containers come from. */
public interface PodLogs {
    /**
     * Which part of a log is wanted.
     *
     * @param container null for the only one
     * @param tailLines null for all
     * @param since null for the start
     * @param limitBytes null for all
     */
    record Query(
            String container,
            boolean previous,
            boolean follow,
            Integer tailLines,
            Instant since,
            Long limitBytes,
            boolean timestamps) {}

    /** The log as it is, or a stream where it is followed. */
    ApiResponse read(String namespace, String pod, Query query);
}
