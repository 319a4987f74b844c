/**
 * The CustomResourceDefinition: made from the Java model, finished where the generator stops short, and held against
 * what is committed in {@code crds/}, the chart and the examples.
 */
package com.sourcegraph.downgrade.crd;
