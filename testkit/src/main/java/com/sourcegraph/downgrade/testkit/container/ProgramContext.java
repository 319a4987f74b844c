package com.sourcegraph.downgrade.testkit.container;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a running container sees of the world: where it runs, how it was started, and the signals it gets. */
public interface ProgramContext {
    /** The image as the pod names it, tag and digest included. */
    String image();

    String namespace();

    String podName();

    String containerName();

    /**
     * The container's {@code command} and {@code args} after the image's entry point: where {@code command} is given,
     * its first element is the entry point and is left out.
     */
    List<String> args();

    /**
     * The environment, resolved from {@code envFrom} and {@code env} ({@code value}, {@code configMapKeyRef},
     * {@code secretKeyRef}, {@code fieldRef} on {@code metadata.name} and {@code metadata.namespace}).
     */
    Map<String, String> env();

    /** Becomes the container's log, line by line. */
    PrintStream stdout();

    /** Readiness: the container counts as Ready from now on. Repeating it changes nothing. */
    void ready();

    /**
     * Waits for SIGTERM at most that long; true when it came, also when it came before the call. SIGKILL (after the
     * grace period, scaled by the cluster's time factor) interrupts the thread.
     */
    boolean awaitTermination(Duration atMost) throws InterruptedException;
}
