package com.sourcegraph.downgrade.workload;

import java.util.Map;
import java.util.Optional;

/** Makes the picture of an instance's workloads from what was read of its namespace. */
public final class WorkloadReader {
    /**
     * @param overrides what the resource says of single workloads: {@code true} for connected, {@code false} for not
     * @param self the operator's own workload, where it runs in this namespace
     */
    public Workloads read(
            String namespace,
            NamespaceObjects objects,
            EnvSources sources,
            Map<WorkloadRef, Boolean> overrides,
            Optional<WorkloadRef> self) {
        throw new UnsupportedOperationException();
    }
}
