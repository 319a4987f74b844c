/** The objects of the in-memory cluster, their resource versions and the resources that it serves. */
package com.sourcegraph.downgrade.testkit.cluster.store;
