package com.sourcegraph.downgrade.plan;

import java.util.Optional;
import java.util.Set;

/**
 * The other resources of the namespace.
 *
 * @param ahead the one that comes first, if another does
 * @param liveUids the uids of all resources that exist, to tell a holder that has gone from one that works
 */
public record Queue(Optional<String> ahead, Set<String> liveUids) {

    public Queue {
        liveUids = Set.copyOf(liveUids);
    }
}
