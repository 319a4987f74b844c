package com.sourcegraph.downgrade.testkit.container;

/**
 * What a container image does when it runs in the in-memory cluster. Each start of a container (a restart included)
 * calls {@link #run} once, on a thread of its own.
 */
@FunctionalInterface
public interface Program {
    /**
     * Runs until the container's process would end.
     *
     * <p>An exception other than {@link InterruptedException} counts as exit code 1 and its text is written to the
     * container's log. An {@link InterruptedException} stands for SIGKILL: exit code 137.
     *
     * @return the exit code
     */
    int run(ProgramContext context) throws InterruptedException;
}
