package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The verbs on resources: turns a request into reads, writes and watches, and their results into answers. */
final class ResourceRequests {
    private final ObjectStore store;
    private final ResourceCatalog catalog;
    private final ObjectWriter writer;
    private final ObjectDeleter deleter;
    private final TablePrinter tables;
    private final OpenWatches openWatches;
    private final PodLogs logs;
    private final ScheduledExecutorService timer;
    private final Patches patches = new Patches();

    ResourceRequests(
            ObjectStore store,
            ResourceCatalog catalog,
            ObjectWriter writer,
            ObjectDeleter deleter,
            TablePrinter tables,
            OpenWatches openWatches,
            PodLogs logs,
            ScheduledExecutorService timer) {
        this.store = store;
        this.catalog = catalog;
        this.writer = writer;
        this.deleter = deleter;
        this.tables = tables;
        this.openWatches = openWatches;
        this.logs = logs;
        this.timer = timer;
    }

    ApiResponse answer(ApiRequest request, RequestInfo info, RequestRecord record) {
        ResourceType asked = catalog.byPlural(info.group(), info.version(), info.plural())
                .filter(found -> found.namespaced() || info.namespace().isEmpty())
                .orElseThrow(StatusException::unknownResource);
        boolean eventsGroup = asked.group().equals("events.k8s.io");
        ResourceType resource = eventsGroup ? catalog.required("", "events") : asked;
        Call call = new Call(request, info, record, resource, eventsGroup);
        if (!info.subresource().isEmpty() && !resource.subresources().contains(info.subresource())) {
            throw knownElsewhere(info)
                    ? StatusException.notSupported(info.plural() + "/" + info.subresource())
                    : StatusException.unknownResource();
        }
        return switch (record.verb()) {
            case "get" -> get(call);
            case "list" -> list(call);
            case "watch" -> watch(call);
            case "create" -> create(call);
            case "update" -> update(call);
            case "patch" -> patch(call);
            case "delete" -> delete(call);
            case "deletecollection" -> deleteCollection(call);
            default ->
                throw StatusException.methodNotAllowed(
                        "the server does not allow this method on the requested resource");
        };
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

    /** One request with what was found out about it. */
    private record Call(
            ApiRequest request, RequestInfo info, RequestRecord record, ResourceType resource, boolean eventsGroup) {
        String namespace() {
            return info.namespace().isEmpty() ? null : info.namespace();
        }

        ObjectNode body() {
            ObjectNode object = request.object();
            String apiVersion = info.group().isEmpty() ? info.version() : info.group() + "/" + info.version();
            String wanted = info.subresource().equals("scale") ? "Scale" : resource.kind();
            if (!object.has("kind")) {
                object.put("kind", wanted);
            }
            if (!object.has("apiVersion")) {
                object.put("apiVersion", apiVersion);
            }
            if (!wanted.equals(Nodes.text(object, "kind"))
                    || !wanted.equals("Scale") && !apiVersion.equals(Nodes.text(object, "apiVersion"))) {
                throw StatusException.badRequest("the API version in the data (" + Nodes.text(object, "apiVersion")
                        + ", kind "
                        + Nodes.text(object, "kind") + ") does not match the expected API version (" + apiVersion
                        + ", kind " + wanted + ")");
            }
            return eventsGroup ? EventConversion.toCore(object) : object;
        }

        ObjectNode shown(ObjectNode object) {
            return eventsGroup ? EventConversion.toEventsGroup(object) : object;
        }

        WriteOptions options(List<String> warnings) {
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
                    warnings::add);
        }
    }

    private ApiResponse get(Call call) {
        if (call.info().subresource().equals("log")) {
            return log(call);
        }
        ObjectNode object =
                writer.required(call.resource(), call.namespace(), call.info().name());
        if (call.info().subresource().equals("scale")) {
            return ApiResponse.json(200, ScaleView.of(object));
        }
        if (tables.wanted(call.request())) {
            return ApiResponse.json(200, tables.table(call.resource(), List.of(object), call.request(), null));
        }
        return ApiResponse.json(200, call.shown(object));
    }

    private ApiResponse log(Call call) {
        Map<String, String> query = call.request().query();
        java.time.Instant since = null;
        if (query.containsKey("sinceTime")) {
            since = java.time.Instant.parse(query.get("sinceTime"));
        } else if (query.containsKey("sinceSeconds")) {
            since = call.record().started().minusSeconds(Long.parseLong(query.get("sinceSeconds")));
        }
        return logs.read(
                call.namespace(),
                call.info().name(),
                new PodLogs.Query(
                        query.get("container"),
                        Boolean.parseBoolean(query.get("previous")),
                        Boolean.parseBoolean(query.get("follow")),
                        query.containsKey("tailLines") ? Integer.valueOf(query.get("tailLines")) : null,
                        since,
                        query.containsKey("limitBytes") ? Long.valueOf(query.get("limitBytes")) : null,
                        Boolean.parseBoolean(query.get("timestamps"))));
    }

    private Predicate<JsonNode> selection(Call call) {
        Map<String, String> query = call.request().query();
        String namespace = call.namespace();
        String name = call.info().name();
        Predicate<JsonNode> selected = Selectors.labels(query.get("labelSelector"))
                .and(Selectors.fields(coreFields(query.get("fieldSelector"), call), call.resource()));
        if (namespace != null && call.resource().namespaced()) {
            selected = selected.and(object -> namespace.equals(Nodes.namespace(object)));
        }
        return name.isEmpty() ? selected : selected.and(object -> name.equals(Nodes.name(object)));
    }

    private static String coreFields(String selector, Call call) {
        return selector == null || !call.eventsGroup() ? selector : selector.replace("regarding.", "involvedObject.");
    }

    private ApiResponse list(Call call) {
        Map<String, String> query = call.request().query();
        if (query.containsKey("continue") && !query.get("continue").isEmpty()) {
            throw StatusException.notSupported("continuing a list: lists are never cut into pages");
        }
        return store.exclusively(() -> {
            List<ObjectNode> found = new ArrayList<>();
            Predicate<JsonNode> selection = selection(call);
            for (ObjectNode object : store.list(call.resource(), call.namespace())) {
                if (selection.test(object)) {
                    found.add(object);
                }
            }
            String version = Long.toString(store.resourceVersion());
            if (tables.wanted(call.request())) {
                return ApiResponse.json(200, tables.table(call.resource(), found, call.request(), version));
            }
            ObjectNode list = Nodes.object()
                    .put("kind", call.resource().kind() + "List")
                    .put(
                            "apiVersion",
                            call.eventsGroup()
                                    ? "events.k8s.io/v1"
                                    : call.resource().apiVersion());
            list.putObject("metadata").put("resourceVersion", version);
            ArrayNode items = list.putArray("items");
            found.forEach(object -> items.add(call.shown(object)));
            return ApiResponse.json(200, list);
        });
    }

    private ApiResponse watch(Call call) {
        Map<String, String> query = call.request().query();
        if (Boolean.parseBoolean(query.get("sendInitialEvents"))) {
            throw new StatusException(
                    422,
                    "Invalid",
                    "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden"
                            + " for watch unless the WatchList feature gate is enabled",
                    null);
        }
        boolean asTable = tables.wanted(call.request());
        WatchStream stream = new WatchStream(
                store,
                call.resource(),
                call.record(),
                selection(call),
                query.get("resourceVersion"),
                asTable
                        ? object -> tables.table(
                                call.resource(),
                                List.of(object),
                                call.request(),
                                Nodes.text(object, "metadata", "resourceVersion"))
                        : call::shown,
                openWatches);
        String seconds = query.get("timeoutSeconds");
        if (seconds != null) {
            timer.schedule(stream::end, Long.parseLong(seconds), TimeUnit.SECONDS);
        }
        return new ApiResponse.Stream("application/json", stream);
    }

    private ApiResponse create(Call call) {
        if (!call.info().subresource().isEmpty() || !call.info().name().isEmpty()) {
            throw StatusException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        List<String> warnings = new ArrayList<>();
        ObjectNode body = call.body();
        String namespace = call.namespace();
        if (call.resource().namespaced() && namespace == null) {
            namespace = Nodes.namespace(body) == null ? "default" : Nodes.namespace(body);
        }
        ObjectNode created = writer.create(call.resource(), namespace, body, call.options(warnings));
        return written(201, call, created, warnings);
    }

    private ApiResponse update(Call call) {
        List<String> warnings = new ArrayList<>();
        WriteOptions options = call.options(warnings);
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

    private ApiResponse patch(Call call) {
        PatchType type = PatchType.of(call.request().contentType());
        List<String> warnings = new ArrayList<>();
        WriteOptions options = call.options(warnings);
        String name = call.info().name();
        boolean scale = call.info().subresource().equals("scale");
        if (type == PatchType.APPLY) {
            if (scale) {
                throw StatusException.notSupported("server-side apply of the scale subresource");
            }
            if (!call.request().query().containsKey("fieldManager")) {
                throw new StatusException(
                        422,
                        "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply"
                                + " patch",
                        null);
            }
            ObjectWriter.Applied applied = writer.apply(
                    call.resource(), call.namespace(), name, call.info().subresource(), call.body(), options);
            return written(applied.created() ? 201 : 200, call, applied.object(), warnings);
        }
        JsonNode patch = call.request().json();
        if (scale) {
            ObjectNode scaled = writer.modify(
                    call.resource(),
                    call.namespace(),
                    name,
                    "scale",
                    live -> ScaleView.into(live, patches.patch(call.resource(), ScaleView.of(live), patch, type)),
                    options);
            return ApiResponse.json(200, ScaleView.of(scaled));
        }
        ObjectNode patched = writer.modify(
                call.resource(),
                call.namespace(),
                name,
                call.info().subresource(),
                live -> {
                    ObjectNode shown = call.shown(live);
                    ObjectNode result = patches.patch(call.resource(), shown, patch, type);
                    return call.eventsGroup() ? EventConversion.toCore(result) : result;
                },
                options);
        return written(200, call, patched, warnings);
    }

    private ApiResponse delete(Call call) {
        if (!call.info().subresource().isEmpty()) {
            throw StatusException.methodNotAllowed("the server does not allow this method on the requested resource");
        }
        DeleteOptions options = deleteOptions(call);
        ObjectDeleter.Deleted deleted =
                deleter.delete(call.resource(), call.namespace(), call.info().name(), options);
        return ApiResponse.json(200, deleted.gone() ? success(call, deleted.object()) : call.shown(deleted.object()));
    }

    private static ObjectNode success(Call call, ObjectNode object) {
        ObjectNode status = Nodes.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = StatusException.details(call.resource(), Nodes.name(object));
        details.put("uid", Nodes.uid(object));
        status.set("details", details);
        return status;
    }

    private ApiResponse deleteCollection(Call call) {
        DeleteOptions options = deleteOptions(call);
        Predicate<JsonNode> selection = selection(call);
        ObjectNode list = Nodes.object()
                .put("kind", call.resource().kind() + "List")
                .put("apiVersion", call.resource().apiVersion());
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (ObjectNode object : store.list(call.resource(), call.namespace())) {
            if (selection.test(object)) {
                items.add(deleter.delete(call.resource(), Nodes.namespace(object), Nodes.name(object), options)
                        .object());
            }
        }
        return ApiResponse.json(200, list);
    }

    private static DeleteOptions deleteOptions(Call call) {
        Map<String, String> query = call.request().query();
        JsonNode body = call.request().json();
        String propagation = Nodes.text(body, "propagationPolicy");
        if (propagation == null) {
            propagation = query.get("propagationPolicy");
        }
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

    private ApiResponse written(int code, Call call, ObjectNode object, List<String> warnings) {
        ObjectNode shown = tables.wanted(call.request())
                ? tables.table(call.resource(), List.of(object), call.request(), null)
                : call.shown(object);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        if (!warnings.isEmpty()) {
            headers.put(
                    "Warning",
                    warnings.stream()
                            .map(text -> "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                            .toList());
        }
        return new ApiResponse.Plain(code, "application/json", Nodes.bytes(shown), headers);
    }
}
