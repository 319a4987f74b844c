package com.sourcegraph.downgrade.workload;

/** A classification and why, for people. */
record Verdict(Classification classification, String reason) {}
