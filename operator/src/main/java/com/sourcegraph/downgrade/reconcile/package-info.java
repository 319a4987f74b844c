/**
 * The only package that knows the Java Operator SDK: the reconciler, its event source, its configuration.
 *
 * <p>One reconcile is always the same four moves: observe, decide, one effect, record.
 */
package com.sourcegraph.downgrade.reconcile;
