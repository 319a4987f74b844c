package com.sourcegraph.downgrade.api;

/** Specs that say no more than they must: the rest is as the resource's defaults have it. */
public final class Specs {
    private Specs() {}

    /** Back to that release, whose manifests are in a ConfigMap. */
    public static SourcegraphDowngradeSpec to(String release, String configMap) {
        return new SourcegraphDowngradeSpec(
                release,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Manifests(new SourceRef(configMap, null), null),
                null,
                null,
                null,
                null,
                null);
    }
}
