package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What {@code kubectl apply} keeps of the configuration that it applied last, to know at its next run which fields were removed from it.
 */
final class LastApplied {

    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private LastApplied() {}

    /**
     * The annotation's value for a configuration: as {@code kubectl apply} writes it, without the annotation itself, with an
     * {@code annotations} field also where it is empty, and a line break at the end.
     */
    static String write(ObjectNode configuration) {
        ObjectNode copy = configuration.deepCopy();
        ObjectNode metadata = (ObjectNode) copy.get("metadata");
        ObjectNode annotations = metadata.withObjectProperty("annotations");
        annotations.remove(ANNOTATION);
        return CanonicalJson.write(copy) + "\n";
    }

    /** What a live object was applied from, where {@code kubectl apply} or someone like it left it and it can be read. */
    static Optional<JsonNode> read(LiveObject live) {
        String text = live.annotation(ANNOTATION);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CanonicalJson.read(text));
        } catch (UncheckedIOException unreadable) {
            // A damaged record compares as different from everything, so that it is written anew.
            return Optional.empty();
        }
    }

    /** Whether two configurations mean the same to an API server in that namespace. */
    static boolean same(JsonNode one, JsonNode other) {
        return normal(one).equals(normal(other));
    }

    private static JsonNode normal(JsonNode configuration) {
        JsonNode copy = CanonicalJson.dropNulls(configuration.deepCopy());
        if (copy instanceof ObjectNode object && object.get("metadata") instanceof ObjectNode metadata) {
            object.remove("status");
            metadata.remove("namespace");
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                annotations.remove(ANNOTATION);
            }
            if (metadata.path("annotations").isEmpty()) {
                metadata.remove("annotations");
            }
        }
        return copy;
    }
}
