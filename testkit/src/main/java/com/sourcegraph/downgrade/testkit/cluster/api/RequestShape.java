package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server has to understand of a request, without what it is about: the verb, the resource where it is written or is a
 * special one, the kind of patch, the query, an optimistic lock, the options of a delete. Two requests of one shape take the
 * same way through the server.
 */
public final class RequestShape {
    /** Parameters whose value decides; of the others only that they are there. */
    private static final List<String> WITH_VALUE = List.of(
            "dryRun",
            "fieldValidation",
            "force",
            "propagationPolicy",
            "allowWatchBookmarks",
            "sendInitialEvents",
            "resourceVersionMatch",
            "orphanDependents");

    /** Say nothing to the server: how long, how pretty, by whom. */
    private static final List<String> LEFT_OUT = List.of("pretty", "timeout", "watch", "fieldManager");

    private RequestShape() {}

    /** The shape of a request, as a line to compare and to read. */
    public static String of(ApiRequest request) {
        RequestInfo info = RequestInfo.parse(request.path());
        if (info == null) {
            return "get " + request.path().replaceAll("(?<=^/apis?/).+", "...");
        }
        StringBuilder shape = new StringBuilder(verb(request, info)).append(' ');
        boolean write = !request.method().equals("GET");
        if (write || !info.subresource().isEmpty()) {
            shape.append(info.plural()).append(info.group().isEmpty() ? "" : "." + info.group());
            shape.append(info.subresource().isEmpty() ? "" : "/" + info.subresource());
        } else {
            shape.append(info.group().contains(".") && !info.group().endsWith("k8s.io") ? "custom" : "built-in");
        }
        if (request.webSocket()) {
            shape.append(" by WebSocket");
        }
        if (request.header("accept").contains("as=")) {
            shape.append(" as ").append(request.header("accept").replaceAll(".*as=([A-Za-z]+).*", "$1"));
        }
        Map<String, String> options = options(request, info);
        if (!options.isEmpty()) {
            shape.append(' ').append(options.toString().replaceAll("=(?=[,}])", ""));
        }
        return shape.toString();
    }

    private static String verb(ApiRequest request, RequestInfo info) {
        boolean collection = info.name().isEmpty();
        return switch (request.method()) {
            case "GET" -> request.query().containsKey("watch") ? "watch" : collection ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" ->
                request.contentType().replaceFirst("application/", "").replaceFirst("-?patch.*", "") + " patch of";
            default -> collection ? "deletecollection" : request.method().toLowerCase(Locale.ROOT);
        };
    }

    private static Map<String, String> options(ApiRequest request, RequestInfo info) {
        Map<String, String> options = new TreeMap<>();
        request.query().forEach((name, value) -> {
            if (!LEFT_OUT.contains(name)) {
                options.put(name, WITH_VALUE.contains(name) ? value : "");
            }
        });
        String version = request.query().get("resourceVersion");
        if (version != null) {
            options.put("resourceVersion", version.equals("0") ? "0" : "N");
        }
        if (request.body().length == 0) {
            return options;
        }
        JsonNode body;
        try {
            body = request.json();
        } catch (StatusException e) {
            options.put("a body that cannot be read", "");
            return options;
        }
        if (request.method().equals("DELETE")) {
            for (String member : List.of("propagationPolicy", "gracePeriodSeconds", "preconditions", "dryRun")) {
                JsonNode value = Nodes.at(body, member);
                if (value != null && !(value.isContainerNode() && value.isEmpty())) {
                    options.put(member, value.isTextual() ? value.asText() : value.isArray() ? "All" : "");
                }
            }
            return options;
        }
        boolean locked = body.isObject()
                ? Nodes.text(body, "metadata", "resourceVersion") != null
                        && !Nodes.text(body, "metadata", "resourceVersion").isEmpty()
                : body.toString().contains("/metadata/resourceVersion");
        if (locked) {
            options.put("from a version", "");
        }
        return options;
    }
}
