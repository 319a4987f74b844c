/**
 * The shapes of values: which fields a kind has, which lists merge by which key, which objects are replaced whole.
 *
 * <p>Built-in kinds take their fields from the Fabric8 model classes and their merge markers from a table; custom
 * resources take both from their CustomResourceDefinition.
 */
package com.sourcegraph.downgrade.testkit.cluster.schema;
