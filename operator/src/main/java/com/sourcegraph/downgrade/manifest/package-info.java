/**
 * The target manifests: read them, judge them, compare them with what lives in the namespace, and apply them in the name of whoever
 * applied the newer ones.
 *
 * <p>Reading and judging is split so that everything that can be decided without a cluster is a pure function:
 * {@link com.sourcegraph.downgrade.manifest.ManifestInspector}, {@link com.sourcegraph.downgrade.manifest.ManifestComparison},
 * {@link com.sourcegraph.downgrade.manifest.ManifestOrder} and {@link com.sourcegraph.downgrade.manifest.RequiredPermissions} hold no
 * client. {@link com.sourcegraph.downgrade.manifest.ManifestReader} and {@link com.sourcegraph.downgrade.manifest.LiveReader} read;
 * {@link com.sourcegraph.downgrade.manifest.OwnerApplier} and {@link com.sourcegraph.downgrade.manifest.Pruner} are the only writers,
 * through the client that they are handed: it impersonates the instance's service account, so that whoever may create the resource
 * gains no rights.
 */
package com.sourcegraph.downgrade.manifest;
