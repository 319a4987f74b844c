/** The requests to the in-memory API: a log of them, faults for them, hooks around them, and who may make them. */
package com.sourcegraph.downgrade.testkit.cluster.request;
