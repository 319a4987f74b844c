package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The paths that are no resources: discovery (the plain form; clients that ask for the aggregated one fall back to it),
 * version, health and OpenAPI.
 */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private static final List<String> VERBS_OF_CUSTOM_RESOURCES =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");

    private final ResourceCatalog catalog;
    private final OpenApi openApi;

    Discovery(ResourceCatalog catalog, OpenApi openApi) {
        this.catalog = catalog;
        this.openApi = openApi;
    }

    ApiResponse answer(ApiRequest request) {
        String accept = request.header("accept");
        if (accept.contains("apidiscovery.k8s.io") && !accept.matches(".*(^|,) *(application/json|\\*/\\*) *(,.*|$)")) {
            throw StatusException.notSupported("the aggregated form of discovery");
        }
        String path = request.path().replaceFirst("/$", "");
        switch (path) {
            case "/api" -> {
                ObjectNode versions = Nodes.object().put("kind", "APIVersions");
                versions.putArray("versions").add("v1");
                versions.putArray("serverAddressByClientCIDRs");
                return ApiResponse.json(200, versions);
            }
            case "/apis" -> {
                return ApiResponse.json(200, groups());
            }
            case "/version" -> {
                return ApiResponse.json(
                        200,
                        Nodes.object()
                                .put("major", "1")
                                .put("minor", "34")
                                .put("gitVersion", "v1.34.0")
                                .put("platform", "linux/amd64"));
            }
            case "/healthz", "/livez", "/readyz" -> {
                return ApiResponse.text(200, "ok");
            }
            default -> {
                return other(path);
            }
        }
    }

    private ApiResponse other(String path) {
        if (path.startsWith("/openapi/v3")) {
            return openApi.answer(path);
        }
        String[] parts = path.split("/");
        if (parts.length == 3 && parts[1].equals("api")) {
            return resources("", parts[2]);
        }
        if (parts.length == 4 && parts[1].equals("apis")) {
            return resources(parts[2], parts[3]);
        }
        if (parts.length == 3 && parts[1].equals("apis")) {
            for (var group : groups().get("groups")) {
                if (group.get("name").asText().equals(parts[2])) {
                    return ApiResponse.json(
                            200, ((ObjectNode) group).put("kind", "APIGroup").put("apiVersion", "v1"));
                }
            }
        }
        return ApiResponse.text(404, "404 page not found\n");
    }

    private ObjectNode groups() {
        Map<String, TreeSet<String>> versions = new TreeMap<>();
        for (ResourceType resource : catalog.all()) {
            if (!resource.group().isEmpty()) {
                versions.computeIfAbsent(resource.group(), g -> new TreeSet<>()).add(resource.version());
            }
        }
        versions.computeIfAbsent("authorization.k8s.io", g -> new TreeSet<>()).add("v1");
        ObjectNode list = Nodes.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        versions.forEach((name, all) -> {
            ObjectNode group = groups.addObject().put("name", name);
            ArrayNode array = group.putArray("versions");
            all.forEach(version ->
                    array.addObject().put("groupVersion", name + "/" + version).put("version", version));
            group.putObject("preferredVersion")
                    .put("groupVersion", name + "/" + all.first())
                    .put("version", all.first());
        });
        return list;
    }

    private ApiResponse resources(String group, String version) {
        String groupVersion = group.isEmpty() ? version : group + "/" + version;
        ObjectNode list = Nodes.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", groupVersion);
        ArrayNode resources = list.putArray("resources");
        for (ResourceType resource : catalog.all()) {
            if (resource.apiVersion().equals(groupVersion)) {
                add(resources, resource);
            }
        }
        if (group.equals("authorization.k8s.io") && version.equals("v1")) {
            for (String kind : List.of("SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview")) {
                resources
                        .addObject()
                        .put("name", kind.toLowerCase(java.util.Locale.ROOT) + "s")
                        .put("singularName", "")
                        .put("namespaced", false)
                        .put("kind", kind)
                        .putArray("verbs")
                        .add("create");
            }
        }
        if (resources.isEmpty()) {
            if (catalog.all().stream().anyMatch(resource -> resource.group().equals(group))) {
                throw StatusException.unknownResource();
            }
            return ApiResponse.text(404, "404 page not found\n");
        }
        return ApiResponse.json(200, list);
    }

    private static void add(ArrayNode resources, ResourceType resource) {
        ObjectNode entry = resources
                .addObject()
                .put("name", resource.plural())
                .put("singularName", resource.singular())
                .put("namespaced", resource.namespaced())
                .put("kind", resource.kind());
        (resource.custom() ? VERBS_OF_CUSTOM_RESOURCES : VERBS).forEach(entry.putArray("verbs")::add);
        if (!resource.shortNames().isEmpty()) {
            resource.shortNames().forEach(entry.putArray("shortNames")::add);
        }
        if (!resource.categories().isEmpty()) {
            resource.categories().forEach(entry.putArray("categories")::add);
        }
        TreeSet<String> subresources = new TreeSet<>(resource.subresources());
        for (String subresource : resource.custom() ? subresources.descendingSet() : subresources) {
            boolean scale = subresource.equals("scale");
            ObjectNode below = resources
                    .addObject()
                    .put("name", resource.plural() + "/" + subresource)
                    .put("singularName", "")
                    .put("namespaced", resource.namespaced());
            if (scale) {
                below.put("group", "autoscaling").put("version", "v1");
            }
            below.put("kind", scale ? "Scale" : resource.kind());
            ArrayNode verbs = below.putArray("verbs").add("get");
            if (!subresource.equals("log")) {
                verbs.add("patch").add("update");
            }
        }
    }
}
