/** What the operator shows of itself: probes and metrics over HTTP. */
package com.sourcegraph.downgrade.management;
