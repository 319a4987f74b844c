package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.List;

/** The verbs that write objects and their subresources: create, update and patch. */
final class WriteRequests {
    private final ObjectWriter writer;
    private final PatchOutcome outcomes;
    private final RightsEscalation escalation;
    private final TablePrinter tables;
    private final Patches patches = new Patches();

    WriteRequests(ObjectWriter writer, PatchOutcome outcomes, RightsEscalation escalation, TablePrinter tables) {
        this.writer = writer;
        this.outcomes = outcomes;
        this.escalation = escalation;
        this.tables = tables;
    }

    ApiResponse create(ResourceCall call) {
        if (!call.info().subresource().isEmpty() || !call.info().name().isEmpty()) {
            throw StatusException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        OptionValidation.write("CreateOptions", call.request().query());
        Warnings warnings = new Warnings();
        ObjectNode body = call.body();
        duplicates(call, warnings);
        ObjectNode created = writer.create(call.resource(), call.namespace(), body, call.options(warnings, escalation));
        return written(201, call, created, warnings);
    }

    ApiResponse update(ResourceCall call) {
        OptionValidation.write("UpdateOptions", call.request().query());
        Warnings warnings = new Warnings();
        WriteOptions options = call.options(warnings, escalation);
        String name = call.info().name();
        ObjectNode body = call.body();
        if (call.info().subresource().equals("scale")) {
            ObjectNode updated = writer.modify(
                    call.resource(), call.namespace(), name, "scale", live -> ScaleView.into(live, body), options);
            return ApiResponse.json(200, ScaleView.of(updated));
        }
        ObjectNode updated = writer.replace(
                call.resource(), call.namespace(), name, call.info().subresource(), body, options);
        return written(200, call, updated, warnings);
    }

    ApiResponse patch(ResourceCall call) {
        PatchType type = PatchType.of(call.request().contentType());
        OptionValidation.patch(call.request().query(), type == PatchType.APPLY);
        Warnings warnings = new Warnings();
        WriteOptions options = call.options(warnings, escalation);
        String name = call.info().name();
        boolean scale = call.info().subresource().equals("scale");
        if (type == PatchType.APPLY) {
            if (scale) {
                throw StatusException.notSupported("server-side apply of the scale subresource");
            }
            ObjectWriter.Applied applied = writer.apply(
                    call.resource(), call.namespace(), name, call.info().subresource(), call.configuration(), options);
            return written(applied.created() ? 201 : 200, call, applied.object(), warnings);
        }
        JsonNode patch = call.request().json();
        if (scale) {
            // Judged as a scale, before it becomes a change of the workload.
            ObjectNode scaled = writer.modify(
                    call.resource(),
                    call.namespace(),
                    name,
                    "scale",
                    live -> ScaleView.into(live, patches.patch(call.resource(), ScaleView.of(live), patch, type)),
                    options);
            return ApiResponse.json(200, ScaleView.of(scaled));
        }
        boolean strict = options.unknownFields() == WriteOptions.UnknownFields.STRICT;
        ObjectNode patched = writer.modify(
                call.resource(),
                call.namespace(),
                name,
                call.info().subresource(),
                live -> {
                    ObjectNode shown = call.shown(live);
                    ObjectNode result = patches.patch(call.resource(), shown, patch, type);
                    outcomes.refuseWrongTypes(call.resource(), result);
                    if (strict) {
                        outcomes.refuseUnknown(call.resource(), result, type == PatchType.STRATEGIC ? patch : result);
                    }
                    return call.eventsGroup() ? EventConversion.toCore(result) : result;
                },
                options);
        return written(200, call, patched, warnings);
    }

    /** JSON allows a member twice, and the last one counts; the server tells, or refuses it where it is asked to. */
    private static void duplicates(ResourceCall call, Warnings warnings) {
        List<String> found = DuplicateMembers.in(call.request().body());
        String validation = call.request().query().getOrDefault("fieldValidation", "Warn");
        if (found.isEmpty() || validation.equals("Ignore")) {
            return;
        }
        List<String> texts =
                found.stream().map(path -> "duplicate field \"" + path + "\"").toList();
        if (validation.equals("Strict")) {
            String kind = call.resource().kind();
            throw StatusException.badRequest(
                    kind + " in version \"" + call.resource().version() + "\" cannot be handled as a " + kind
                            + ": strict decoding error: " + String.join(", ", texts));
        }
        texts.forEach(warnings::add);
    }

    private ApiResponse written(int code, ResourceCall call, ObjectNode object, Warnings warnings) {
        ObjectNode shown = tables.wanted(call.request())
                ? tables.table(call.resource(), List.of(object), call.request(), null)
                : call.shown(object);
        return new ApiResponse.Plain(code, "application/json", Nodes.bytes(shown), warnings.headers());
    }
}
