package com.sourcegraph.downgrade.workload;

/** The labels and annotations by which the operator marks and recognises workloads, and its field manager. */
public final class Markers {
    /** The field manager of every write that is the operator's own. */
    public static final String FIELD_MANAGER = "sourcegraph-downgrade-operator";

    /** On every object and pod template of all published flavours: {@code deploy: sourcegraph}. */
    public static final String DEPLOY_LABEL = "deploy";

    public static final String DEPLOY_VALUE = "sourcegraph";

    /** On the operator's own Jobs and their pods: the name of the run that they belong to. */
    public static final String RUN_LABEL = "downgrade.sourcegraph.com/run";

    /** Beside it: the run's uid, which tells two resources of one name apart. */
    public static final String RUN_UID_LABEL = "downgrade.sourcegraph.com/run-uid";

    /** Beside it: what the Job is for. */
    public static final String JOB_LABEL = "downgrade.sourcegraph.com/job";

    /** The value of {@link #JOB_LABEL} for the Job that changes the databases. */
    public static final String DOWNGRADE_JOB = "downgrade";

    /** With the value {@link #OPERATOR_COMPONENT} on every object of the operator, whatever name it was installed under. */
    public static final String COMPONENT_LABEL = "downgrade.sourcegraph.com/component";

    public static final String OPERATOR_COMPONENT = "operator";

    /** With the value {@link #OPERATOR_NAME} on the operator's own workload, where the chart was given no other name. */
    public static final String NAME_LABEL = "app.kubernetes.io/name";

    public static final String OPERATOR_NAME = "sourcegraph-downgrade-operator";

    /** The uid of the run that quiesced the object. */
    public static final String QUIESCED_BY = "downgrade.sourcegraph.com/quiesced-by";

    /**
     * The uid of the earlier run whose mark stood in {@link #QUIESCED_BY} when another took the object over, so that a
     * cancel of that one leaves it as it was: stopped.
     */
    public static final String TAKEN_OVER_FROM = "downgrade.sourcegraph.com/taken-over-from";

    /** {@code spec.replicas} from before; written in the request that sets it to zero. */
    public static final String ORIGINAL_REPLICAS = "downgrade.sourcegraph.com/original-replicas";

    /**
     * The field managers that owned {@code spec.replicas} or {@code spec.suspend} before, as JSON, so that a restore
     * gives the field back to them.
     */
    public static final String FIELD_OWNERS = "downgrade.sourcegraph.com/original-field-owners";

    /** {@code spec.behavior} of an autoscaler from before, as JSON. */
    public static final String ORIGINAL_BEHAVIOR = "downgrade.sourcegraph.com/original-behavior";

    private Markers() {}
}
