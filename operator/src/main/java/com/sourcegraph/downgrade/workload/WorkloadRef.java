package com.sourcegraph.downgrade.workload;

import java.util.Comparator;
import java.util.Objects;

/**
 * A workload within the instance's namespace.
 *
 * @param kind {@code Deployment}, {@code StatefulSet}, {@code DaemonSet}, {@code ReplicaSet}, {@code CronJob},
 *     {@code Job} or {@code Pod}
 */
public record WorkloadRef(String kind, String name) implements Comparable<WorkloadRef> {
    private static final Comparator<WorkloadRef> ORDER =
            Comparator.comparing(WorkloadRef::kind).thenComparing(WorkloadRef::name);

    public WorkloadRef {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(WorkloadRef other) {
        return ORDER.compare(this, other);
    }

    /** {@code Deployment/worker}, as messages write it. */
    @Override
    public String toString() {
        return kind + "/" + name;
    }
}
