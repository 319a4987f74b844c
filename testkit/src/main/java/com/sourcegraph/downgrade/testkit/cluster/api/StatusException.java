package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.apply.ApplyConflict;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;

/** A request that the API server answers with a {@code Status} other than success, in the server's own words. */
public final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;

    public StatusException(int code, String reason, String message, ObjectNode details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public ObjectNode body() {
        ObjectNode status = Nodes.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        if (details != null) {
            status.set("details", details);
        }
        status.put("code", code);
        return status;
    }

    static ObjectNode details(ResourceType resource, String name) {
        ObjectNode details = Nodes.object();
        if (name != null && !name.isEmpty()) {
            details.put("name", name);
        }
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        return details.put("kind", resource.plural());
    }

    public static StatusException notFound(ResourceType resource, String name) {
        return new StatusException(
                404, "NotFound", resource.qualified() + " \"" + name + "\" not found", details(resource, name));
    }

    /** The answer to a path that names no served resource. */
    public static StatusException unknownResource() {
        return new StatusException(404, "NotFound", "the server could not find the requested resource", Nodes.object());
    }

    public static StatusException alreadyExists(ResourceType resource, String name) {
        return new StatusException(
                409,
                "AlreadyExists",
                resource.qualified() + " \"" + name + "\" already exists",
                details(resource, name));
    }

    public static StatusException conflict(ResourceType resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static StatusException conflict(ResourceType resource, String name, String why) {
        return new StatusException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource.qualified() + " \"" + name + "\": " + why,
                details(resource, name));
    }

    public static StatusException applyConflict(ApplyConflict conflict) {
        ObjectNode details = Nodes.object();
        ArrayNode causes = details.putArray("causes");
        for (ApplyConflict.Cause cause : conflict.causes()) {
            causes.addObject()
                    .put("reason", "FieldManagerConflict")
                    .put("message", cause.manager())
                    .put("field", cause.field());
        }
        return new StatusException(409, "Conflict", conflict.getMessage(), details);
    }

    public static StatusException badRequest(String message) {
        return new StatusException(400, "BadRequest", message, null);
    }

    public static StatusException forbidden(ResourceType resource, String name, String why) {
        String object = name == null ? resource.qualified() : resource.qualified() + " \"" + name + "\"";
        return new StatusException(403, "Forbidden", object + " is forbidden: " + why, details(resource, name));
    }

    public static StatusException methodNotAllowed(String message) {
        return new StatusException(405, "MethodNotAllowed", message, Nodes.object());
    }

    public static StatusException gone(String message) {
        return new StatusException(410, "Expired", message, null);
    }

    public static StatusException unsupportedMediaType(List<String> supported) {
        return new StatusException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", supported),
                null);
    }

    /** A feature of the real server that the in-memory cluster does not have: loud, so that no test leans on it. */
    public static StatusException notSupported(String feature) {
        return new StatusException(501, "NotImplemented", "the in-memory cluster does not support " + feature, null);
    }

    /** Query parameters that do not go together, of {@code CreateOptions} and its like. */
    static StatusException invalidOptions(String kind, List<FieldError> errors) {
        ObjectNode details = Nodes.object().put("group", "meta.k8s.io").put("kind", kind);
        causes(details, errors);
        return new StatusException(
                422, "Invalid", kind + ".meta.k8s.io \"\" is invalid: " + FieldError.text(errors), details);
    }

    private static void causes(ObjectNode details, List<FieldError> errors) {
        ArrayNode list = details.putArray("causes");
        for (FieldError error : errors) {
            ObjectNode node = list.addObject().put("reason", error.reason()).put("message", error.message());
            node.put("field", error.field() == null ? "<nil>" : error.field());
        }
    }

    static StatusException otherKind(ResourceType resource, String kind, String name) {
        FieldError error = FieldError.invalid(
                "kind", com.fasterxml.jackson.databind.node.TextNode.valueOf(kind), "must be " + resource.kind());
        ObjectNode details = details(resource, name);
        details.put("kind", kind);
        causes(details, List.of(error));
        return new StatusException(
                422,
                "Invalid",
                kind + "." + resource.group() + " \"" + name + "\" is invalid: " + error.text(),
                details);
    }

    /** A patch whose outcome has fields that the schema does not know, where the client asked for that to be refused. */
    static StatusException strictPatch(String outcome, String why) {
        return undecodablePatch(outcome, "strict decoding error: " + why);
    }

    /** A namespace that is going takes nothing new. */
    static StatusException terminating(ResourceType resource, String name, String namespace) {
        ObjectNode details = details(resource, name);
        details.putArray("causes")
                .addObject()
                .put("reason", "NamespaceTerminating")
                .put("message", "namespace " + namespace + " is being terminated")
                .put("field", "metadata.namespace");
        return new StatusException(
                403,
                "Forbidden",
                resource.qualified() + " \"" + name + "\" is forbidden: unable to create new content in namespace "
                        + namespace + " because it is being terminated",
                details);
    }

    /** A delete of another object than the one that is there. */
    static StatusException otherObject(ResourceType resource, String name, String why) {
        ObjectNode details = details(resource, name).put("kind", resource.kind());
        return new StatusException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource.qualifiedKind() + " \"" + name + "\": " + why,
                details);
    }

    static StatusException invalidScale(String name, com.fasterxml.jackson.databind.JsonNode replicas) {
        FieldError error = FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
        ObjectNode details =
                Nodes.object().put("name", name).put("group", "autoscaling").put("kind", "Scale");
        causes(details, List.of(error));
        return new StatusException(
                422, "Invalid", "Scale.autoscaling \"" + name + "\" is invalid: " + error.text(), details);
    }

    /** A patch whose outcome cannot be read as the kind that it is to be. */
    static StatusException undecodablePatch(String outcome, String why) {
        FieldError error =
                FieldError.invalid("patch", com.fasterxml.jackson.databind.node.TextNode.valueOf(outcome), why);
        ObjectNode details = Nodes.object();
        causes(details, List.of(error));
        return new StatusException(422, "Invalid", " \"\" is invalid: " + error.text(), details);
    }

    /** A custom resource that is updated without the version it was read at. */
    static StatusException versionRequired(ResourceType resource, String name) {
        FieldError error = new FieldError(
                "FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0: must be specified for an update");
        ObjectNode details = details(resource, name);
        causes(details, List.of(error));
        return new StatusException(
                422, "Invalid", resource.qualified() + " \"" + name + "\" is invalid: " + error.text(), details);
    }

    public static StatusException invalid(ResourceType resource, String name, List<FieldError> errors) {
        ObjectNode details = details(resource, name);
        details.put("kind", resource.kind());
        causes(details, errors);
        return new StatusException(
                422,
                "Invalid",
                resource.qualifiedKind() + " \"" + name + "\" is invalid: " + FieldError.text(errors),
                details);
    }
}
