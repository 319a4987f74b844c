package com.sourcegraph.downgrade.migrator;

/**
 * The labels and annotations of the migrator's Jobs and pods.
 *
 * <p>They carry neither {@code deploy: sourcegraph} nor {@code app}: by the former a prune or a network policy of the
 * instance would take them for its own (the policy Sourcegraph ships would cut the migrator off from everything outside
 * the namespace), by the latter a Service could send users to them.
 */
public final class MigratorLabels {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "sourcegraph-downgrade-operator";
    /** The resource's name, shortened where it is no label value. */
    public static final String RUN = "downgrade.sourcegraph.com/run";
    /** The resource's UID: what tells two resources of one name apart. */
    public static final String RUN_UID = "downgrade.sourcegraph.com/run-uid";
    /** {@link MigratorJobKind#id()}. */
    public static final String JOB = "downgrade.sourcegraph.com/job";

    public static final String ATTEMPT = "downgrade.sourcegraph.com/attempt";
    /** Annotation on the Job: a digest of all that it runs. */
    public static final String SPEC_HASH = "downgrade.sourcegraph.com/spec-hash";

    private MigratorLabels() {}
}
