package com.sourcegraph.downgrade.manifest;

import java.util.Optional;

/**
 * One thing to know about the target manifests before they are applied.
 *
 * @param topic what it is about: which check it belongs to
 * @param severity whether it forbids the downgrade
 * @param object the object it is about
 * @param message what is the case
 * @param remedy what to do about it; empty where there is nothing to do
 */
public record Finding(Topic topic, Severity severity, Optional<ObjectKey> object, String message, String remedy) {

    /** What a finding is about. */
    public enum Topic {
        /** Helm, Kustomize or legacy, and whether instance and manifests agree. */
        FLAVOUR,
        /** The release that the manifests are of. */
        RELEASE,
        /** What a release must have and what its workloads refer to. */
        COMPLETENESS,
        /** What stands twice in a list in which it can stand once. */
        REPEATED,
        /** Objects of another namespace. */
        NAMESPACE,
        /** Objects that would change who may do what, or what guards the run. */
        RIGHTS,
        /** Objects that belong to no namespace. */
        CLUSTER_SCOPED,
        /** Kinds that this cluster does not serve (any more). */
        UNSERVED,
        /** PersistentVolumeClaims: removed, shrunk, moved, or starting empty. */
        VOLUMES,
        /** Replica counts that differ between the instance and the manifests. */
        REPLICAS,
        /** Who applied the instance's objects. */
        OWNER
    }

    /** How much a finding weighs. */
    public enum Severity {
        /** The manifests must not be applied. */
        FAILURE,
        /** A person should know before approving. */
        WARNING,
        /** For the record. */
        NOTE
    }
}
