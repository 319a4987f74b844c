package com.sourcegraph.downgrade.workload;

import java.util.Optional;

/** One thing that keeps an instance from being quiet, with a message for people. */
public sealed interface Obstacle {
    WorkloadRef workload();

    /** What is up, why, and what ends it. */
    String message();

    /** This run has not quiesced it yet. */
    record NotQuiesced(WorkloadRef workload, String message) implements Obstacle {}

    /**
     * This run had quiesced it and something brought it back.
     *
     * @param by the field manager that did, where the object tells
     */
    record BroughtBack(WorkloadRef workload, Optional<FieldOwner> by, String message) implements Obstacle {}

    /** Its controller has not acted on the new count yet. */
    record NotObserved(WorkloadRef workload, String message) implements Obstacle {}

    /** A pod that is not gone. */
    record PodNotGone(WorkloadRef workload, PodRef pod, String message) implements Obstacle {}

    /** A Job that a CronJob has started: it has no pod just now, and has not ended. */
    record JobNotEnded(WorkloadRef workload, String job, String message) implements Obstacle {}

    /**
     * It is connected and the operator has no way to stop it without harm: a person has to act, or it ends by itself.
     *
     * @param migrator whether it runs the migrator, so that a person must not stop it either
     */
    record NotOurs(WorkloadRef workload, boolean migrator, String message) implements Obstacle {}
}
