package com.sourcegraph.downgrade.manifest;

import com.sourcegraph.downgrade.release.Version;
import java.util.List;
import java.util.Optional;

/**
 * What the target manifests are.
 *
 * @param flavour how they deploy an instance
 * @param release the release of the frontend image; empty where it cannot be read
 * @param clusterScoped the objects that belong to no namespace
 * @param unservedKinds the objects of kinds that no cluster of today serves
 * @param findings everything else that a person should know; a {@link Finding.Severity#FAILURE} forbids the downgrade
 */
public record Inspection(
        Flavour flavour,
        Optional<Version> release,
        List<ObjectKey> clusterScoped,
        List<ObjectKey> unservedKinds,
        List<Finding> findings) {

    public Inspection {
        clusterScoped = List.copyOf(clusterScoped);
        unservedKinds = List.copyOf(unservedKinds);
        findings = List.copyOf(findings);
    }
}
