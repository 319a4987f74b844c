/**
 * The one node of the in-memory cluster, and the containers that run on it.
 *
 * <p>Init containers run first and in order; restart policies, back-off (scaled), SIGTERM and SIGKILL with the grace period
 * (scaled), exit codes, previous runs and logs are as on a real node. Probes are not run: a program says itself when it is
 * ready, and a container without a program is ready at once. Native sidecars, ephemeral containers, resource limits and
 * node selection are not there.
 */
package com.sourcegraph.downgrade.testkit.cluster.pod;
