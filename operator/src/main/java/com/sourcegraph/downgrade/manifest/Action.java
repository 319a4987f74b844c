package com.sourcegraph.downgrade.manifest;

/** What becomes of one target object. */
public enum Action {
    /** It does not exist and is created in the name of whoever owns the instance's other objects. */
    CREATE,
    /** It exists, differs, and is applied in its owner's name. */
    UPDATE,
    /** Live object and owner's record agree with the target: no request. */
    UNCHANGED,
    /** The same name is taken by the other kind (StatefulSet and Deployment): that one is deleted first, then this one created. */
    SWAP_KIND,
    /** A field that cannot change does: it is deleted first, then created. Only for objects that hold no data (a Service). */
    RECREATE,
    /** A PersistentVolumeClaim that exists: never written. */
    KEEP,
    /** It belongs to no namespace: the namespace's tenant may not write it. */
    SKIP_CLUSTER_SCOPED,
    /** The cluster does not serve its kind. */
    SKIP_UNSERVED;

    /** Whether anything has to be written. */
    public boolean writes() {
        return switch (this) {
            case CREATE, UPDATE, SWAP_KIND, RECREATE -> true;
            case UNCHANGED, KEEP, SKIP_CLUSTER_SCOPED, SKIP_UNSERVED -> false;
        };
    }
}
