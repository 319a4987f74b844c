package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.release.ImageName;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Version;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Objects;
import java.util.Optional;

/**
 * What a Job of the migrator is to do, and for whom.
 *
 * @param runName the resource's name, and with {@code runUid} the Job's owner
 * @param attempt counted from 1, per kind of Job; part of the Job's name
 * @param image overrides the template's
 * @param skipDriftCheck for the downgrade only
 * @param rowVersion the version in the {@code versions} row when the Job starts: what {@code drift} compares with
 */
public record JobRequest(
        String namespace,
        String runName,
        String runUid,
        int attempt,
        Minor from,
        Minor to,
        MigratorTemplate template,
        Optional<String> image,
        ResourceRequirements resources,
        boolean skipDriftCheck,
        Version rowVersion) {
    public JobRequest {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(runName, "runName");
        Objects.requireNonNull(runUid, "runUid");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(resources, "resources");
        Objects.requireNonNull(rowVersion, "rowVersion");
        if (attempt < 1) {
            throw new IllegalArgumentException("Attempts are counted from 1, but this one is " + attempt);
        }
        if (image.isEmpty() && template.image().isEmpty()) {
            throw new IllegalArgumentException("The frontend in namespace " + namespace
                    + " has no init container \"migrator\" to take the image from; name one in spec.migrator.image");
        }
    }

    public String migratorImage() {
        return image.or(template::image).orElseThrow();
    }

    /**
     * The release of the migrator's image, from its tag. An image whose tag names none (a digest alone, or a private
     * tag) is taken to be of the release that the instance runs: an older one could not do this downgrade.
     */
    public Minor migratorRelease() {
        return ImageName.parse(migratorImage()).version().map(Version::toMinor).orElse(from);
    }
}
