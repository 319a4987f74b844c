package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.util.Locale;

/**
 * Where the operator itself runs.
 *
 * @param namespace of its pod
 * @param workload that its pod belongs to
 * @param watchesOthers whether it may act in other namespaces than this one too
 */
public record OperatorPlace(String namespace, WorkloadRef workload, boolean watchesOthers) {

    /** A command that shows what the operator says. */
    public String logCommand() {
        return "kubectl -n " + namespace + " logs " + workload.toString().toLowerCase(Locale.ROOT) + " --tail=200";
    }

    /** Whether that run is about the operator's own namespace. */
    public boolean holds(Run run) {
        return namespace.equals(run.namespace());
    }
}
