package com.sourcegraph.downgrade.testkit.cluster.controller;

/** The controllers that can be switched on and off. Namespaces and definitions are always looked after. */
public enum ControllerKind {
    DEPLOYMENT,
    STATEFUL_SET,
    DAEMON_SET,
    JOB,
    GARBAGE_COLLECTOR,
    VOLUMES,
    /** Runs the containers of pods. */
    PODS
}
