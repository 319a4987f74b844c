package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * One downgrade of the Sourcegraph instance in the resource's own namespace.
 *
 * <p>Like a Job it runs once: see {@link SourcegraphDowngradeSpec} for the fields that may change while it runs.
 */
@Group(SourcegraphDowngrade.GROUP)
@Version("v1alpha1")
@Plural("sourcegraphdowngrades")
@ShortNames({"sgdowngrade", "sgdowngrades", "sgd"})
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonClassDescription(
        "A SourcegraphDowngrade takes the Sourcegraph instance in its namespace back to an older release. Like a Job it runs once.")
@ValidationRule(
        value = "size(self.metadata.name) <= " + SourcegraphDowngrade.MAX_NAME_LENGTH,
        message = "metadata.name must have at most " + SourcegraphDowngrade.MAX_NAME_LENGTH
                + " characters, because the names of the migrator's Jobs are made from it",
        fieldPath = ".metadata.name")
@AdditionalPrinterColumn(name = "From", jsonPath = ".status.plan.from", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "To", jsonPath = ".spec.to", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Step", jsonPath = ".status.currentStep", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Progress", jsonPath = ".status.progress", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Message",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
public final class SourcegraphDowngrade extends CustomResource<SourcegraphDowngradeSpec, SourcegraphDowngradeStatus>
        implements Namespaced {

    /** The API group, also the prefix of every label and annotation that the operator writes. */
    public static final String GROUP = "downgrade.sourcegraph.com";

    /** What holds a resource from the first look at it to the end of its run. */
    public static final String FINALIZER = GROUP + "/finalizer";

    /** Job names are {@code <name>-<kind>-<attempt>} and become pod label values, which end at 63 characters. */
    public static final int MAX_NAME_LENGTH = 46;

    private static final long serialVersionUID = 1L;

    /**
     * Whether it has the finalizer, or needs none any more. A resource whose run has ended must hold neither itself nor its
     * namespace; the SDK asks this before it adds a missing one.
     */
    @Override
    public boolean hasFinalizer(String finalizer) {
        return getStatus() != null && getStatus().finished() || super.hasFinalizer(finalizer);
    }

    /** No spec until one is given: a record has no empty instance. */
    @Override
    protected SourcegraphDowngradeSpec initSpec() {
        return null;
    }

    /** No status until the first reconcile writes one. */
    @Override
    protected SourcegraphDowngradeStatus initStatus() {
        return null;
    }
}
