package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Manifests;
import com.sourcegraph.downgrade.api.SourceRef;
import com.sourcegraph.downgrade.manifest.ManifestSource;

/** Reads from the spec where the target manifests are. The schema admits exactly one source. */
public final class ManifestSources {

    private ManifestSources() {}

    public static ManifestSource of(Manifests manifests) {
        SourceRef ref = manifests.configMapRef() != null ? manifests.configMapRef() : manifests.secretRef();
        return new ManifestSource(
                manifests.configMapRef() != null ? ManifestSource.Kind.CONFIG_MAP : ManifestSource.Kind.SECRET,
                ref.name(),
                ref.keys());
    }
}
