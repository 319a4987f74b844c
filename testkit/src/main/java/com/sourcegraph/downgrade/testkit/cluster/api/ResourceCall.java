package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;
import java.util.Map;

/** One request with what was found out about it. */
record ResourceCall(
        ApiRequest request, RequestInfo info, RequestRecord record, ResourceType resource, boolean eventsGroup) {
    String namespace() {
        return info.namespace().isEmpty() ? null : info.namespace();
    }

    ObjectNode body() {
        ObjectNode object = request.object();
        String apiVersion = info.group().isEmpty() ? info.version() : info.group() + "/" + info.version();
        String wanted = info.subresource().equals("scale") ? "Scale" : resource.kind();
        if (!wanted.equals("Scale")) {
            Bodies.agree(resource, object, apiVersion);
        }
        return eventsGroup ? EventConversion.toCore(object) : object;
    }

    /** A configuration to apply states what it is, and its name where it states one is the path's. */
    ObjectNode configuration() {
        ObjectNode object = request.object();
        String apiVersion = Nodes.text(object, "apiVersion");
        if (apiVersion == null || Nodes.text(object, "kind") == null) {
            throw StatusException.badRequest("invalid object type: "
                    + (apiVersion == null ? "/" : apiVersion.contains("/") ? apiVersion : "/" + apiVersion)
                    + ", Kind="
                    + (object.has("kind") ? object.get("kind").asText() : ""));
        }
        String name = Nodes.text(object, "metadata", "name");
        if (name != null && !name.equals(info.name())) {
            throw StatusException.badRequest(
                    "the name of the object (" + name + ") does not match the name on the URL (" + info.name() + ")");
        }
        return body();
    }

    /** As an element of a list: the built-in kinds leave out what the list says for all. */
    ObjectNode listed(ObjectNode object) {
        ObjectNode shown = shown(object);
        if (resource.custom()) {
            return shown;
        }
        ObjectNode element = Nodes.object();
        element.setAll(shown);
        element.remove(List.of("apiVersion", "kind"));
        return element;
    }

    ObjectNode shown(ObjectNode object) {
        return eventsGroup ? EventConversion.toEventsGroup(object) : object;
    }

    WriteOptions options(Warnings warnings, RightsEscalation escalation) {
        Map<String, String> query = request.query();
        WriteOptions.UnknownFields unknown =
                switch (query.getOrDefault("fieldValidation", "Warn")) {
                    case "Strict" -> WriteOptions.UnknownFields.STRICT;
                    case "Ignore" -> WriteOptions.UnknownFields.IGNORE;
                    default -> WriteOptions.UnknownFields.WARN;
                };
        return new WriteOptions(
                record.fieldManager(),
                record.dryRun(),
                unknown,
                Boolean.parseBoolean(query.get("force")),
                warnings::add,
                escalation.judge(record.effectiveUser(), info.name()));
    }
}
