package com.sourcegraph.downgrade.workload;

/** The field of {@code spec} that holds a workload down. */
enum HeldField {
    REPLICAS("replicas"),
    SUSPEND("suspend");

    private final String key;

    HeldField(String key) {
        this.key = key;
    }

    static HeldField of(WorkloadRef ref) {
        return ref.kind().equals("CronJob") || ref.kind().equals("Job") ? SUSPEND : REPLICAS;
    }

    String key() {
        return key;
    }
}
