/**
 * A Kubernetes cluster in this process; {@link com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster} is the door.
 *
 * <p><b>What it has.</b> Discovery, get, list, watch, create, update, JSON, merge and strategic merge patch, server-side
 * apply with field ownership, delete with propagation, finalizers and grace periods, dry run, defaults and validation of
 * the built-in kinds, CustomResourceDefinitions with schema and CEL rules, server-side printing, pod logs, and the
 * controllers and the node that bring an instance up. Each package below states its part and where it ends.
 *
 * <p><b>What it refuses</b> it refuses loudly: 404 for kinds that it does not serve, as a real server without them would;
 * 501 with the feature's name for what a real server would do and this one does not.
 *
 * <p><b>What it does not judge:</b> resource limits, network, storage classes, node selection, quotas, disruption budgets.
 *
 * <p>The transport is Vert.x, which also carries the Fabric8 mock server; that server itself can neither stream a response
 * (which {@code kubectl} watches need) nor break a connection (which fault tests need).
 */
package com.sourcegraph.downgrade.testkit.cluster;
