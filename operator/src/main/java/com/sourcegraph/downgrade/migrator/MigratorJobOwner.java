package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/**
 * How a Job of ours belongs to its resource: the garbage collector deletes it with the resource. It does not block the
 * resource's deletion, which would take a right on the resource's finalizers where a cluster checks that (OpenShift).
 */
public final class MigratorJobOwner {

    private MigratorJobOwner() {}

    public static OwnerReference of(String runName, String runUid) {
        return new OwnerReferenceBuilder()
                .withApiVersion(HasMetadata.getApiVersion(SourcegraphDowngrade.class))
                .withKind(HasMetadata.getKind(SourcegraphDowngrade.class))
                .withName(runName)
                .withUid(runUid)
                .withController(true)
                .withBlockOwnerDeletion(false)
                .build();
    }
}
