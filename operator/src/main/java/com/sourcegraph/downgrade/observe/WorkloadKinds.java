package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.api.WorkloadKind;

/** Kubernetes' names of the kinds that the spec can name. */
final class WorkloadKinds {

    private WorkloadKinds() {}

    static String name(WorkloadKind kind) {
        return switch (kind) {
            case DEPLOYMENT -> "Deployment";
            case STATEFUL_SET -> "StatefulSet";
            case DAEMON_SET -> "DaemonSet";
            case CRON_JOB -> "CronJob";
            case JOB -> "Job";
        };
    }
}
