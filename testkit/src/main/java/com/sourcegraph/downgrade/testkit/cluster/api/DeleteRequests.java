package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The verbs that delete: one object, or all that a selector names. */
final class DeleteRequests {
    /** Kinds of which a delete answers with the object, not with a status. */
    private static final Set<String> RETURNED_WHEN_DELETED =
            Set.of("Pod", "Service", "ServiceAccount", "PersistentVolume", "PersistentVolumeClaim", "ResourceQuota");

    private final ObjectStore store;
    private final ObjectDeleter deleter;
    private final Selection selection;

    DeleteRequests(ObjectStore store, ObjectDeleter deleter, Selection selection) {
        this.store = store;
        this.deleter = deleter;
        this.selection = selection;
    }

    ApiResponse delete(ResourceCall call) {
        if (!call.info().subresource().isEmpty()) {
            throw StatusException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        DeleteOptions options = deleteOptions(call);
        ObjectDeleter.Deleted deleted =
                deleter.delete(call.resource(), call.namespace(), call.info().name(), options);
        boolean asStatus = deleted.gone()
                && !RETURNED_WHEN_DELETED.contains(call.resource().kind());
        Warnings warnings = new Warnings();
        if (call.resource().kind().equals("Job") && options.propagation() == null) {
            warnings.add(
                    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove"
                            + " them or set propagationPolicy=Orphan to suppress this warning");
        }
        return new ApiResponse.Plain(
                200,
                "application/json",
                Nodes.bytes(asStatus ? success(call, deleted.object()) : call.shown(deleted.object())),
                warnings.headers());
    }

    ApiResponse deleteCollection(ResourceCall call) {
        DeleteOptions options = deleteOptions(call);
        Predicate<JsonNode> selected = selection.of(call);
        ObjectNode list = Nodes.object()
                .put("kind", call.resource().kind() + "List")
                .put("apiVersion", call.resource().apiVersion());
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (ObjectNode object : store.list(call.resource(), call.namespace())) {
            if (selected.test(object)) {
                items.add(deleter.delete(call.resource(), Nodes.namespace(object), Nodes.name(object), options)
                        .object());
            }
        }
        return ApiResponse.json(200, list);
    }

    private static ObjectNode success(ResourceCall call, ObjectNode object) {
        ObjectNode status = Nodes.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = StatusException.details(call.resource(), Nodes.name(object));
        details.put("uid", Nodes.uid(object));
        status.set("details", details);
        return status;
    }

    private static DeleteOptions deleteOptions(ResourceCall call) {
        Map<String, String> query = call.request().query();
        JsonNode body = call.request().json();
        String propagation = Nodes.text(body, "propagationPolicy");
        if (propagation == null) {
            propagation = query.get("propagationPolicy");
        }
        OptionValidation.delete(propagation, Nodes.at(body, "orphanDependents") != null);
        if (propagation == null && Nodes.at(body, "orphanDependents") != null) {
            propagation = Nodes.flag(body, "orphanDependents") ? "Orphan" : "Background";
        }
        Long grace = Nodes.at(body, "gracePeriodSeconds") == null ? null : Nodes.number(body, 0, "gracePeriodSeconds");
        if (grace == null && query.containsKey("gracePeriodSeconds")) {
            grace = Long.valueOf(query.get("gracePeriodSeconds"));
        }
        boolean dryRun =
                call.record().dryRun() || Nodes.each(body, "dryRun").iterator().hasNext();
        return new DeleteOptions(
                propagation,
                grace,
                Nodes.text(body, "preconditions", "uid"),
                Nodes.text(body, "preconditions", "resourceVersion"),
                dryRun);
    }
}
