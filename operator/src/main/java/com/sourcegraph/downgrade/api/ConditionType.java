package com.sourcegraph.downgrade.api;

/**
 * The conditions of a run. {@code Complete}, {@code Failed} and {@code Suspended} are a Job's; {@code Ready},
 * {@code Reconciling} and {@code Stalled} are kstatus', which Flux, Argo CD, kapp and Helm understand.
 */
public enum ConditionType {
    COMPLETE("Complete"),
    FAILED("Failed"),
    SUSPENDED("Suspended"),
    READY("Ready"),
    RECONCILING("Reconciling"),
    STALLED("Stalled");

    private final String label;

    ConditionType(String label) {
        this.label = label;
    }

    /** @return the condition's type as it stands in the status */
    public String label() {
        return label;
    }
}
