/**
 * Looks: at the namespace, the databases, the migrator's Jobs and their logs, the target manifests. Read-only; what it
 * sees it hands to the planner as immutable records.
 */
package com.sourcegraph.downgrade.observe;
