/**
 * Server-side apply, field ownership and the merge patches.
 *
 * <p>The algorithm is that of the API server's structured merge: {@code fieldsV1} sets, added/modified/removed comparison,
 * pruning of what the applier's last configuration had. Not reproduced: conversion between API versions (each kind is
 * served at one), the {@code kubectl} manager's special handling of the last-applied annotation, and the cap on the number
 * of updaters.
 */
package com.sourcegraph.downgrade.testkit.cluster.apply;
