package com.sourcegraph.downgrade.migrator;

/** Why a migrator failed, as far as it can be named. */
public enum FailureClass {
    /** The {@code versions} row is not at {@code from}: an older frontend has booted, or someone downgraded before. */
    VERSION_ASSERTION,
    /** The schema is not as its description says. */
    DRIFT,
    /** No description of the schema could be found to compare with: no network, or a release the image lacks. */
    NO_SCHEMA_DESCRIPTION,
    /** An earlier migration is marked failed. */
    DIRTY_DATABASE,
    /** A migration's SQL failed. */
    SQL_ERROR,
    /** A migration needs a superuser. */
    PRIVILEGED_MIGRATION,
    /** An out-of-band migration failed. */
    OUT_OF_BAND_FAILED,
    /** The migrator panicked; before the first hop that is its planning bug, and shorter hops avoid it. */
    PLANNING_PANIC,
    /** The migrator does not know one of the releases: its image is too old, or too new for major 3. */
    UNKNOWN_TAG,
    /** It insists on a newer migrator. */
    NEWER_MIGRATOR,
    /** A database did not answer, or refused the credentials. */
    DATABASE_UNAVAILABLE,
    /** It used more memory than its limit. */
    OUT_OF_MEMORY,
    /** It was killed, evicted, preempted or lost with its node, or its pod was deleted. */
    KILLED,
    /** Its image cannot be pulled. */
    IMAGE_PULL,
    /** Its container cannot be created: a ConfigMap, a Secret or a key is missing. */
    CONFIG_ERROR,
    /** No node can take its pod. */
    UNSCHEDULABLE,
    /** It does not understand its arguments. */
    USAGE,
    UNKNOWN
}
