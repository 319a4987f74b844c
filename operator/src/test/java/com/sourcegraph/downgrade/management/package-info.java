/** Probes and metrics as a kubelet and a Prometheus meet them. */
package com.sourcegraph.downgrade.management;
