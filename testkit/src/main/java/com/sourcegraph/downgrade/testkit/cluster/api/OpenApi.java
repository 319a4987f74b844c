package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.TreeSet;

/**
 * OpenAPI v3, as far as {@code kubectl} reads it: schemas for {@code explain} (with descriptions for custom resources
 * only), and that the server validates fields itself.
 */
final class OpenApi {
    private static final String ROOT = "/openapi/v3";

    private final ResourceCatalog catalog;
    private final CustomResources customResources;

    OpenApi(ResourceCatalog catalog, CustomResources customResources) {
        this.catalog = catalog;
        this.customResources = customResources;
    }

    ApiResponse answer(String path) {
        if (path.equals(ROOT)) {
            ObjectNode index = Nodes.object();
            ObjectNode paths = index.putObject("paths");
            TreeSet<String> groups = new TreeSet<>();
            catalog.all().forEach(resource -> groups.add(pathOf(resource)));
            groups.forEach(group -> paths.putObject(group).put("serverRelativeURL", ROOT + "/" + group));
            return ApiResponse.json(200, index);
        }
        String group = path.substring(ROOT.length() + 1);
        ObjectNode document = Nodes.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.34.0");
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        for (ResourceType resource : catalog.all()) {
            if (pathOf(resource).equals(group)) {
                add(resource, paths, schemas);
            }
        }
        if (paths.isEmpty()) {
            throw StatusException.unknownResource();
        }
        return ApiResponse.json(200, document);
    }

    private static String pathOf(ResourceType resource) {
        return (resource.group().isEmpty() ? "api/" : "apis/") + resource.apiVersion();
    }

    private void add(ResourceType resource, ObjectNode paths, ObjectNode schemas) {
        String scope = resource.namespaced() ? "/namespaces/{namespace}/" : "/";
        String collection = "/" + pathOf(resource) + scope + resource.plural();
        String schemaName = schemaName(resource);
        operation(Nodes.child(paths, collection), "get", "list", resource, schemaName);
        operation(Nodes.child(paths, collection), "post", "post", resource, schemaName);
        ObjectNode one = Nodes.child(paths, collection + "/{name}");
        operation(one, "get", "get", resource, schemaName);
        operation(one, "put", "put", resource, schemaName);
        operation(one, "patch", "patch", resource, schemaName);
        ObjectNode schema;
        if (resource.custom()) {
            schema = customResources.admission(resource).schema().deepCopy();
            ObjectNode properties = Nodes.child(schema, "properties");
            properties.putObject("metadata").put("type", "object").put("description", "Standard object's metadata.");
        } else {
            schema = schema(resource.type(), schemas);
        }
        gvk(schema.putArray("x-kubernetes-group-version-kind").addObject(), resource);
        schemas.set(schemaName, schema);
    }

    private static String schemaName(ResourceType resource) {
        return (resource.group().isEmpty() ? "core" : resource.group()) + "." + resource.version() + "."
                + resource.kind();
    }

    private static void gvk(ObjectNode node, ResourceType resource) {
        node.put("group", resource.group()).put("kind", resource.kind()).put("version", resource.version());
    }

    private static void operation(
            ObjectNode path, String method, String action, ResourceType resource, String schemaName) {
        ObjectNode operation = path.putObject(method);
        operation.put("operationId", action + resource.plural());
        if (!method.equals("get")) {
            ObjectNode parameter = operation.putArray("parameters").addObject();
            parameter.put("name", "fieldValidation").put("in", "query");
            parameter.putObject("schema").put("type", "string");
        }
        ObjectNode ok = operation.putObject("responses").putObject("200");
        ok.put("description", "OK")
                .putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/" + schemaName);
        operation.put("x-kubernetes-action", action);
        gvk(operation.putObject("x-kubernetes-group-version-kind"), resource);
    }

    private static ObjectNode schema(ValueType type, ObjectNode schemas) {
        ObjectNode schema = Nodes.object();
        if (type instanceof ValueType.Struct struct) {
            schema.put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            struct.fields().forEach((name, field) -> properties.set(name, reference(field, schemas)));
        } else if (type instanceof ValueType.MapOf map) {
            schema.put("type", "object").set("additionalProperties", reference(map.element(), schemas));
        } else if (type instanceof ValueType.ListOf list) {
            schema.put("type", "array").set("items", reference(list.element(), schemas));
        } else if (type instanceof ValueType.Scalar scalar) {
            schema.put(
                    "type",
                    switch (scalar.kind()) {
                        case INTEGER -> "integer";
                        case NUMBER -> "number";
                        case BOOLEAN -> "boolean";
                        default -> "string";
                    });
        } else {
            schema.put("type", "object");
        }
        return schema;
    }

    private static JsonNode reference(ValueType type, ObjectNode schemas) {
        if (!(type instanceof ValueType.Struct struct)) {
            return schema(type, schemas);
        }
        String name = "model." + struct.name();
        if (!schemas.has(name)) {
            // Entered first, because types contain themselves.
            schemas.putObject(name);
            schemas.set(name, schema(struct, schemas));
        }
        ObjectNode reference = Nodes.object();
        reference.putArray("allOf").addObject().put("$ref", "#/components/schemas/" + name);
        return reference;
    }
}
