package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Locale;

/**
 * How an API server serves a kind.
 *
 * @param apiVersion group and version, for example {@code apps/v1}
 * @param kind the kind
 * @param plural the resource's name in paths and rights
 * @param namespaced whether its objects belong to a namespace
 */
record ServedKind(String apiVersion, String kind, String plural, boolean namespaced) {

    String group() {
        return apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
    }

    String version() {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }

    /** The path of the kind's objects in a namespace, without a trailing slash. */
    String path(String namespace) {
        return (group().isEmpty() ? "/api/" : "/apis/") + apiVersion + "/namespaces/" + namespace + "/" + plural;
    }

    /** The plural that most kinds have, for those that were not discovered. */
    static String guessPlural(String kind) {
        return Pluralize.toPlural(kind.toLowerCase(Locale.ROOT));
    }

    ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group())
                .withVersion(version())
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }
}
