/** Kubernetes objects as JSON trees: the in-memory cluster keeps objects as what went over the wire. */
package com.sourcegraph.downgrade.testkit.cluster.json;
