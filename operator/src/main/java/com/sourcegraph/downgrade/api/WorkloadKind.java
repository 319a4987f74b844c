package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of workload that can hold database connections. */
public enum WorkloadKind {
    @JsonProperty("Deployment")
    DEPLOYMENT,
    @JsonProperty("StatefulSet")
    STATEFUL_SET,
    @JsonProperty("DaemonSet")
    DAEMON_SET,
    @JsonProperty("CronJob")
    CRON_JOB,
    @JsonProperty("Job")
    JOB
}
