/**
 * Whole downgrades on a real Kubernetes: the operator installed by its own chart, in a pod, under its own roles.
 *
 * <p>The cluster is the one that {@code -De2e.kubeconfig} names, never that of {@code KUBECONFIG}: tests install and delete.
 * It needs the images of {@code images/build}; {@code e2e/run} brings up a cluster and does all of it.
 */
package com.sourcegraph.downgrade.e2e;
