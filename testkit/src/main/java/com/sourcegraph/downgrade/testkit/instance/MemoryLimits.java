package com.sourcegraph.downgrade.testkit.instance;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;

/** How much memory each of a run's migrators could have. */
public final class MemoryLimits {
    private MemoryLimits() {}

    public static List<Quantity> of(List<Job> jobs) {
        return jobs.stream()
                .map(job -> job.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getResources()
                        .getLimits()
                        .get("memory"))
                .toList();
    }
}
