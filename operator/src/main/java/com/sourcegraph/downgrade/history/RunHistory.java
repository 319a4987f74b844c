package com.sourcegraph.downgrade.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the namespace's record says at one moment.
 *
 * @param holder the run that holds the instance: begun and not ended
 * @param runs the runs that have ended, oldest first, at most {@link #LIMIT}
 * @param resourceVersion of the ConfigMap; empty where there is none yet
 */
public record RunHistory(Optional<RunRecord> holder, List<RunRecord> runs, Optional<String> resourceVersion) {

    /** How many ended runs are kept: far more than anyone downgrades, far less than a ConfigMap holds. */
    public static final int LIMIT = 50;

    public RunHistory {
        runs = List.copyOf(runs);
    }

    /** A namespace in which nothing has run. */
    public static RunHistory empty() {
        return new RunHistory(Optional.empty(), List.of(), Optional.empty());
    }

    /**
     * The last run of the same resource under another uid: the resource has come back. One that was called off counts too:
     * what a person has cancelled must not begin again because a GitOps tool still has it.
     */
    public Optional<RunRecord> earlierLife(String name, String uid, String specDigest) {
        return runs.stream()
                .filter(run -> run.name().equals(name) && run.specDigest().equals(specDigest))
                .filter(run -> !run.uid().equals(uid))
                .reduce((first, second) -> second);
    }

    /** The run of exactly this resource, if it has ended. */
    public Optional<RunRecord> ended(String uid) {
        return runs.stream().filter(run -> run.uid().equals(uid)).findFirst();
    }

    public boolean heldBy(String uid) {
        return holder.filter(run -> run.uid().equals(uid)).isPresent();
    }

    /** The record with that run as holder. */
    RunHistory claimedBy(RunRecord run) {
        return new RunHistory(Optional.of(run), runs, resourceVersion);
    }

    /** The record with that run ended and nobody holding; the oldest runs beyond the limit are dropped. */
    RunHistory released(RunRecord ended) {
        List<RunRecord> all = new ArrayList<>(runs);
        all.removeIf(run -> run.uid().equals(ended.uid()));
        all.add(ended);
        return new RunHistory(
                Optional.empty(), all.subList(Math.max(0, all.size() - LIMIT), all.size()), resourceVersion);
    }
}
