package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;

/** Whether a body is of the kind that its path is for. */
final class Bodies {
    private static final int SHOWN = 30;

    private Bodies() {}

    /** Refuses a body of another kind or version, as the decoder of the built-in kinds or that of custom resources does. */
    static void agree(ResourceType resource, ObjectNode object, String apiVersion) {
        if (resource.custom() && !object.has("kind")) {
            String text = object.toString();
            String start = text.length() > SHOWN ? text.substring(0, SHOWN) + " ..." : text;
            throw StatusException.badRequest("the object provided is unrecognized (must be of type " + resource.kind()
                    + "): Object 'Kind' is missing in '" + text + "' (" + start + ")");
        }
        if (!object.has("kind")) {
            object.put("kind", resource.kind());
        }
        if (!object.has("apiVersion")) {
            object.put("apiVersion", apiVersion);
        }
        String kind = Nodes.text(object, "kind");
        String given = Nodes.text(object, "apiVersion");
        if (resource.kind().equals(kind) && apiVersion.equals(given)) {
            return;
        }
        String version = given.substring(given.indexOf('/') + 1);
        String prefix = kind + " in version \"" + version + "\" cannot be handled as a " + resource.kind() + ": ";
        if (resource.custom() && apiVersion.equals(given)) {
            throw StatusException.otherKind(resource, kind, Nodes.name(object));
        }
        if (resource.custom()) {
            throw StatusException.badRequest("the API version in the data (" + given
                    + ") does not match the expected API version (" + apiVersion + ")");
        }
        throw StatusException.badRequest(
                apiVersion.equals(given)
                        ? prefix + "converting (" + version + "." + kind + ") to (core." + resource.kind()
                                + "): unknown conversion"
                        : prefix + "no kind \"" + kind + "\" is registered for version \"" + given
                                + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
}
