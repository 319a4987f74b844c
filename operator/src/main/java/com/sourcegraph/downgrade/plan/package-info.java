/**
 * Decides. A pure, total function of spec, journal, facts and time: what to look at next, what to write down, and what
 * to do. No client, no connection, no clock of its own.
 *
 * <p>{@link com.sourcegraph.downgrade.plan.Planner} is the entry; one policy class a step.
 */
package com.sourcegraph.downgrade.plan;
