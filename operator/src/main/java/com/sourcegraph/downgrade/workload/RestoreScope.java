package com.sourcegraph.downgrade.workload;

import java.util.Objects;
import java.util.Set;

/**
 * Why workloads are restored, and whose marks that concerns.
 *
 * @param runUid the uid of the resource whose run restores
 * @param liveUids the uids of all resources that exist
 */
public record RestoreScope(RestoreMode mode, String runUid, Set<String> liveUids) {
    public RestoreScope {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(runUid, "runUid");
        liveUids = Set.copyOf(liveUids);
    }

    /**
     * Whether what carries the mark of that run is restored. A rollout takes over from runs whose resources have gone, too:
     * nobody else would bring that back. What a run that exists has stopped is its own.
     */
    public boolean covers(String quiescedBy) {
        return quiescedBy.equals(runUid) || mode == RestoreMode.ROLLOUT && !liveUids.contains(quiescedBy);
    }

    boolean cancels() {
        return mode == RestoreMode.CANCEL;
    }
}
