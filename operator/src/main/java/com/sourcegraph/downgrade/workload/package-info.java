/**
 * The instance's workloads: which of them connect to a database, how they are taken to zero and back, and how far a
 * rollout has come.
 *
 * <p>Records hold what was read; {@code WorkloadReader}, {@code QuiesceReader} and {@code WorkloadClassifier} are pure
 * functions of what was read; {@code Quiescer} and {@code Restorer} are the only classes here that write.
 */
package com.sourcegraph.downgrade.workload;
