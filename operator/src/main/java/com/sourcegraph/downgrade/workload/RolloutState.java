package com.sourcegraph.downgrade.workload;

/**
 * How far a workload's newest generation has come. An observation, not a verdict: what is stuck now goes on by itself
 * when its cause goes away (a container that crashes until the database answers).
 */
public sealed interface RolloutState {
    /** Every pod is of the newest generation and available, and no older one is left. */
    record Complete() implements RolloutState {}

    /** On its way; the message says what is awaited, without naming the workload. */
    record Progressing(String message) implements RolloutState {}

    /**
     * Only the newest generation is left, as many pods as there should be, and all their containers run; not all are
     * available yet. For a database this takes as long as its probes are apart: real manifests look every ten seconds.
     */
    record Starting(String message) implements RolloutState {}

    /**
     * Something stands in the way.
     *
     * @param reason Kubernetes' word for it: {@code CrashLoopBackOff}, {@code ImagePullBackOff}, {@code Unschedulable} …
     * @param message names pod and container, and what Kubernetes says; not the workload
     */
    record Stuck(String reason, String message) implements RolloutState {}

    default boolean complete() {
        return this instanceof Complete;
    }

    /** What is awaited or stands in the way, for people; empty where nothing is. */
    default String explain() {
        if (this instanceof Progressing progressing) {
            return progressing.message();
        }
        if (this instanceof Starting starting) {
            return starting.message();
        }
        return this instanceof Stuck stuck ? stuck.reason() + ", " + stuck.message() : "";
    }

    /** Whether nothing of an older generation is left and the newest one runs, available or not. */
    default boolean replaced() {
        return this instanceof Complete || this instanceof Starting;
    }
}
