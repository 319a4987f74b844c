package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.workload.Workload;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The end of a run that was called off. As it was before may be stopped, where an earlier run was let go: that has to be said. */
final class CalledOff {

    Decision end(Situation situation) {
        // After a write of our own a watch may still tell what was before it.
        Need need = situation.journal().acted() ? Need.WORKLOADS_NOW : Need.WORKLOADS;
        if (!situation.facts().has(need)) {
            return Decision.look(need);
        }
        List<Workload> stopped = situation.facts().workloads().orElseThrow().all().stream()
                .filter(workload -> abandoned(situation, workload))
                .toList();
        if (stopped.isEmpty()) {
            return finish(
                    "Cancelled; everything was put back as it was",
                    "Nothing to do. To downgrade after all, create a new resource");
        }
        String names =
                stopped.stream().map(workload -> workload.ref().toString()).collect(Collectors.joining(", "));
        return finish(
                "Cancelled; everything is as it was before this run, so what was stopped by an earlier run is not up: "
                        + names,
                "Create a resource under another name to go on: it brings them back. Do not scale them up without it before you have read docs/stops.md, Replace a run that cannot go on");
    }

    /** Of a run that exists, that run takes care itself. */
    private static boolean abandoned(Situation situation, Workload workload) {
        Optional<String> earlier = workload.quiescedBy()
                .filter(uid -> !situation.facts().queue().liveUids().contains(uid));
        return earlier.isPresent() && workload.holdable() && !workload.up() && !workload.finished();
    }

    private static Decision finish(String message, String next) {
        return Decision.go(new Move.Finish(Move.Outcome.FAILED, Reason.CANCELLED, message, next));
    }
}
