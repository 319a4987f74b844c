package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One object as the API server returned it, with its {@code metadata.managedFields}.
 *
 * @param apiVersion the version it was read in
 * @param content the whole object; not to be changed: take {@link #copy()}
 */
public record LiveObject(String apiVersion, JsonNode content) {

    public ObjectKey key() {
        return ObjectKey.of(apiVersion, kind(), name());
    }

    public String kind() {
        return content.path("kind").asText();
    }

    public String name() {
        return content.path("metadata").path("name").asText();
    }

    public String uid() {
        return content.path("metadata").path("uid").asText();
    }

    public String resourceVersion() {
        return content.path("metadata").path("resourceVersion").asText();
    }

    /** Whether the object has been deleted and only waits for its finalizers or its dependents. */
    public boolean terminating() {
        return content.path("metadata").hasNonNull("deletionTimestamp");
    }

    /** The value of a label, or an empty text. */
    public String label(String name) {
        return content.path("metadata").path("labels").path(name).asText("");
    }

    /** The value of an annotation, or an empty text. */
    public String annotation(String name) {
        return content.path("metadata").path("annotations").path(name).asText("");
    }

    /** A copy that may be changed. */
    public ObjectNode copy() {
        return content.deepCopy();
    }
}
