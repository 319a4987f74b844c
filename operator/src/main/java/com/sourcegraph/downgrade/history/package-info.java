/**
 * The record of runs that a namespace keeps outside the resources: who holds the instance now, and what has run before.
 *
 * <p>It keeps a resource that a GitOps tool or a backup brings back from downgrading a second time, and two runs from
 * acting on one instance. One ConfigMap, bounded, written with the resource version that was read.
 */
package com.sourcegraph.downgrade.history;
