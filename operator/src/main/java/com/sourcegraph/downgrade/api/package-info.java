/**
 * The resource's Java model: what a user writes ({@code spec}), what the operator reports ({@code status}), and the closed
 * lists of names in both (steps, states, reasons).
 *
 * <p>Pure data. The CustomResourceDefinition in {@code crds/} is generated from it; defaults stand here once, as constants
 * that the generated schema and the accessors share.
 */
package com.sourcegraph.downgrade.api;
