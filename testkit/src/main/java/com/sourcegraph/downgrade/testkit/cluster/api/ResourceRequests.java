package com.sourcegraph.downgrade.testkit.cluster.api;

import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;
import java.util.Optional;

/** The resource that a request is about, and the verb: refuses what is not served, and has the verb answer. */
final class ResourceRequests {
    private final ResourceCatalog catalog;
    private final ReadRequests reads;
    private final WriteRequests writes;
    private final DeleteRequests deletes;

    ResourceRequests(ResourceCatalog catalog, ReadRequests reads, WriteRequests writes, DeleteRequests deletes) {
        this.catalog = catalog;
        this.reads = reads;
        this.writes = writes;
        this.deletes = deletes;
    }

    ApiResponse answer(ApiRequest request, RequestInfo info, RequestRecord record) {
        Optional<ResourceType> served = catalog.byPlural(info.group(), info.version(), info.plural())
                .filter(found -> found.namespaced() || info.namespace().isEmpty());
        if (served.isEmpty()) {
            return unknown(info);
        }
        ResourceType asked = served.get();
        boolean eventsGroup = asked.group().equals("events.k8s.io");
        ResourceType resource = eventsGroup ? catalog.required("", "events") : asked;
        ResourceCall call = new ResourceCall(request, info, record, resource, eventsGroup);
        if (!info.subresource().isEmpty() && !resource.subresources().contains(info.subresource())) {
            if (resource.custom()) {
                throw StatusException.notFound(resource, info.name());
            }
            throw knownElsewhere(info)
                    ? StatusException.notSupported(info.plural() + "/" + info.subresource())
                    : StatusException.unknownResource();
        }
        boolean everywhere = resource.namespaced() && info.namespace().isEmpty();
        if (info.name().isEmpty()
                && (List.of("update", "patch").contains(record.verb())
                        || everywhere && record.verb().equals("create"))) {
            throw StatusException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        return switch (record.verb()) {
            case "get" -> reads.get(call);
            case "list" -> reads.list(call);
            case "watch" -> reads.watch(call);
            case "create" -> writes.create(call);
            case "update" -> writes.update(call);
            case "patch" -> writes.patch(call);
            case "delete" -> deletes.delete(call);
            case "deletecollection" -> deletes.deleteCollection(call);
            default ->
                throw StatusException.methodNotAllowed(
                        "the server does not allow this method on the requested resource");
        };
    }

    /** A group that nobody serves is a path like any other; in a group that is served a resource is missing. */
    private ApiResponse unknown(RequestInfo info) {
        boolean served = catalog.all().stream()
                .anyMatch(resource -> resource.group().equals(info.group())
                        && (!resource.custom() || resource.version().equals(info.version())));
        if (!served) {
            return ApiResponse.text(404, "404 page not found\n");
        }
        throw StatusException.unknownResource();
    }

    private static boolean knownElsewhere(RequestInfo info) {
        return List.of(
                        "exec",
                        "attach",
                        "portforward",
                        "proxy",
                        "eviction",
                        "binding",
                        "token",
                        "approval",
                        "finalize",
                        "ephemeralcontainers",
                        "resize")
                .contains(info.subresource());
    }
}
