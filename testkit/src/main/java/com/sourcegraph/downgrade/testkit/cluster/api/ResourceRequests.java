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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The verbs on resources: turns a request into reads, writes and watches, and their results into answers. */
final class ResourceRequests {
    /** Kinds of which a delete answers with the object, not with a status. */
    private static final Set<String> RETURNED_WHEN_DELETED =
            Set.of("Pod", "Service", "ServiceAccount", "PersistentVolume", "PersistentVolumeClaim", "ResourceQuota");

    private final ObjectStore store;
    private final ResourceCatalog catalog;
    private final ObjectWriter writer;
    private final ObjectDeleter deleter;
    private final CustomResources customResources;
    private final TablePrinter tables;
    private final OpenWatches openWatches;
    private final PodLogs logs;
    private final ScheduledExecutorService timer;
    private final Patches patches = new Patches();
    private final Pages pages;

    ResourceRequests(
            ObjectStore store,
            ResourceCatalog catalog,
            ObjectWriter writer,
            ObjectDeleter deleter,
            CustomResources customResources,
            TablePrinter tables,
            OpenWatches openWatches,
            PodLogs logs,
            ScheduledExecutorService timer) {
        this.store = store;
        this.catalog = catalog;
        this.writer = writer;
        this.deleter = deleter;
        this.customResources = customResources;
        this.tables = tables;
        this.openWatches = openWatches;
        this.logs = logs;
        this.timer = timer;
        this.pages = new Pages(store);
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
        Call call = new Call(request, info, record, resource, eventsGroup);
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
                throw StatusException.badRequest("the name of the object (" + name
                        + ") does not match the name on the URL (" + info.name() + ")");
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
            return ApiResponse.json(
                    200,
                    tables.table(
                            call.resource(),
                            List.of(object),
                            call.request(),
                            Nodes.text(object, "metadata", "resourceVersion")));
        }
        if (PartialObjects.wanted(call.request())) {
            return ApiResponse.json(200, PartialObjects.of(object));
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
                .and(Selectors.fields(
                        coreFields(query.get("fieldSelector"), call),
                        call.resource(),
                        customResources.selectable(call.resource())));
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
        OptionValidation.read(query, false);
        return store.exclusively(() -> {
            Pages.Page page = pages.page(query, () -> {
                Predicate<JsonNode> selection = selection(call);
                return store.list(call.resource(), call.namespace()).stream()
                        .filter(selection)
                        .toList();
            });
            if (tables.wanted(call.request())) {
                ObjectNode table =
                        tables.table(call.resource(), page.objects(), call.request(), Long.toString(page.version()));
                page.describe(Nodes.metadata(table), false);
                return ApiResponse.json(200, table);
            }
            if (PartialObjects.wanted(call.request())) {
                ObjectNode list = PartialObjects.list(page.objects());
                page.describe(Nodes.metadata(list), false);
                return ApiResponse.json(200, list);
            }
            ObjectNode list = Nodes.object()
                    .put("kind", call.resource().kind() + "List")
                    .put(
                            "apiVersion",
                            call.eventsGroup()
                                    ? "events.k8s.io/v1"
                                    : call.resource().apiVersion());
            page.describe(list.putObject("metadata"), call.resource().custom());
            ArrayNode items = list.putArray("items");
            page.objects().forEach(object -> items.add(call.listed(object)));
            return ApiResponse.json(200, list);
        });
    }

    private ApiResponse watch(Call call) {
        Map<String, String> query = call.request().query();
        OptionValidation.read(query, true);
        boolean asTable = tables.wanted(call.request());
        WatchStream stream = new WatchStream(
                store,
                call.resource(),
                call.record(),
                selection(call),
                new WatchStream.From(
                        query.get("resourceVersion"),
                        Boolean.parseBoolean(query.get("sendInitialEvents")),
                        Boolean.parseBoolean(query.get("allowWatchBookmarks"))),
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
        OptionValidation.write("CreateOptions", call.request().query());
        List<String> warnings = new ArrayList<>();
        ObjectNode body = call.body();
        duplicates(call, warnings);
        ObjectNode created = writer.create(call.resource(), call.namespace(), body, call.options(warnings));
        return written(201, call, created, warnings);
    }

    /** JSON allows a member twice, and the last one counts; the server tells, or refuses it where it is asked to. */
    private static void duplicates(Call call, List<String> warnings) {
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
        warnings.addAll(texts);
    }

    private ApiResponse update(Call call) {
        OptionValidation.write("UpdateOptions", call.request().query());
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
        OptionValidation.patch(call.request().query(), type == PatchType.APPLY);
        List<String> warnings = new ArrayList<>();
        WriteOptions options = call.options(warnings);
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
                    writer.refuseWrongTypes(call.resource(), result);
                    if (strict) {
                        writer.refuseUnknown(call.resource(), result, type == PatchType.STRATEGIC ? patch : result);
                    }
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
        boolean asStatus = deleted.gone()
                && !RETURNED_WHEN_DELETED.contains(call.resource().kind());
        List<String> warnings = new ArrayList<>();
        if (call.resource().kind().equals("Job") && options.propagation() == null) {
            warnings.add(
                    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove"
                            + " them or set propagationPolicy=Orphan to suppress this warning");
        }
        return new ApiResponse.Plain(
                200,
                "application/json",
                Nodes.bytes(asStatus ? success(call, deleted.object()) : call.shown(deleted.object())),
                headers(warnings));
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

    private ApiResponse written(int code, Call call, ObjectNode object, List<String> warnings) {
        ObjectNode shown = tables.wanted(call.request())
                ? tables.table(call.resource(), List.of(object), call.request(), null)
                : call.shown(object);
        return new ApiResponse.Plain(code, "application/json", Nodes.bytes(shown), headers(warnings));
    }

    private static Map<String, List<String>> headers(List<String> warnings) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        if (!warnings.isEmpty()) {
            headers.put(
                    "Warning",
                    warnings.stream()
                            .map(text -> "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                            .toList());
        }
        return headers;
    }
}
