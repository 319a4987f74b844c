package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One object of the target manifests.
 *
 * @param apiVersion as written, for example {@code apps/v1}
 * @param kind as written
 * @param namespace {@code metadata.namespace} where the manifest names one
 * @param name {@code metadata.name}
 * @param content the whole object without what only a server sets ({@code status}, {@code uid}, {@code managedFields} …); not to be
 *     changed: take {@link #copy()}
 * @param origin where it was read
 */
public record TargetObject(
        String apiVersion, String kind, Optional<String> namespace, String name, JsonNode content, Origin origin) {

    /** What the object is called, without its namespace and API version. */
    public ObjectKey key() {
        return ObjectKey.of(apiVersion, kind, name);
    }

    /** A copy that may be changed. */
    public ObjectNode copy() {
        return content.deepCopy();
    }
}
