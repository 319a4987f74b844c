package com.sourcegraph.downgrade.manifest;

/** Says what the target manifests are, and what is wrong with them, without asking anyone. */
public final class ManifestInspector {

    /**
     * Inspects the bundle.
     *
     * @param namespace the instance's namespace
     * @param live what lives there; {@link LiveObjects#none()} to judge the bundle on its own
     */
    public Inspection inspect(ManifestBundle bundle, String namespace, LiveObjects live) {
        throw new UnsupportedOperationException();
    }
}
