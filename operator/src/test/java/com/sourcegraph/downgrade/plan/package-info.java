/**
 * The planner, driven through whole runs in a model world: actions take effect, faults happen, persons interfere, and a
 * watch looks at every action and every status for a promise that was broken.
 */
package com.sourcegraph.downgrade.plan;
