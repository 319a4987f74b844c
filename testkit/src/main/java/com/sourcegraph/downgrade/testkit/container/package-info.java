/**
 * What a container does when it runs in the in-memory cluster.
 *
 * <p>A {@link com.sourcegraph.downgrade.testkit.container.Program} stands for the entry point of an image: it gets the
 * arguments, the resolved environment and a log stream of its container, and its return value is the exit code that
 * lands in the pod's status. {@link com.sourcegraph.downgrade.testkit.container.Programs} says which image runs which
 * program; an image without one costs no thread.
 */
package com.sourcegraph.downgrade.testkit.container;
