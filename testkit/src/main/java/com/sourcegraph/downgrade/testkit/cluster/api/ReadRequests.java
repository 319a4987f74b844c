package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The verbs that only read: get, list and watch, and the log of a pod. */
final class ReadRequests {
    private final ObjectStore store;
    private final StoredObjects objects;
    private final Selection selection;
    private final TablePrinter tables;
    private final OpenWatches openWatches;
    private final PodLogs logs;
    private final ScheduledExecutorService timer;
    private final Pages pages;

    ReadRequests(
            ObjectStore store,
            StoredObjects objects,
            Selection selection,
            TablePrinter tables,
            OpenWatches openWatches,
            PodLogs logs,
            ScheduledExecutorService timer) {
        this.store = store;
        this.objects = objects;
        this.selection = selection;
        this.tables = tables;
        this.openWatches = openWatches;
        this.logs = logs;
        this.timer = timer;
        this.pages = new Pages(store);
    }

    ApiResponse get(ResourceCall call) {
        if (call.info().subresource().equals("log")) {
            return log(call);
        }
        ObjectNode object =
                objects.required(call.resource(), call.namespace(), call.info().name());
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

    ApiResponse list(ResourceCall call) {
        Map<String, String> query = call.request().query();
        OptionValidation.read(query, false);
        return store.exclusively(() -> {
            Pages.Page page = pages.page(query, () -> {
                Predicate<JsonNode> selected = selection.of(call);
                return store.list(call.resource(), call.namespace()).stream()
                        .filter(selected)
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

    ApiResponse watch(ResourceCall call) {
        Map<String, String> query = call.request().query();
        OptionValidation.read(query, true);
        boolean asTable = tables.wanted(call.request());
        WatchStream stream = new WatchStream(
                store,
                call.resource(),
                call.record(),
                selection.of(call),
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

    private ApiResponse log(ResourceCall call) {
        Map<String, String> query = call.request().query();
        Instant since = null;
        if (query.containsKey("sinceTime")) {
            since = Instant.parse(query.get("sinceTime"));
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
}
