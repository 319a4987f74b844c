package com.sourcegraph.downgrade.manifest;

/** Compares the target manifests with what lives, and says for each object on either side what becomes of it. Pure. */
public final class ManifestComparison {

    /**
     * Compares.
     *
     * @param namespace the instance's namespace
     */
    public ApplyPlan compare(ManifestBundle bundle, LiveObjects live, String namespace) {
        throw new UnsupportedOperationException();
    }
}
