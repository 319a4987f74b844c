package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The requests on objects of any kind in one namespace, each method exactly one request. Paths are built from the namespace handed in,
 * never from what a manifest says.
 *
 * <p>The client's own operations read an object before they change it and cannot name the field manager of a create or the uid of a
 * delete, so that all but patches go through its raw requests.
 */
final class ObjectApi {

    private final KindCatalog catalog = new KindCatalog();
    private final KubernetesClient client;
    private final String namespace;

    ObjectApi(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** How the cluster serves the kind: from the catalog, else by one request; empty where it does not. */
    Optional<ServedKind> resolve(String apiVersion, String kind) {
        if (catalog.gone(apiVersion)) {
            return Optional.empty();
        }
        Optional<ServedKind> known = catalog.find(apiVersion, kind);
        if (known.isPresent()) {
            return known;
        }
        APIResourceList resources = client.getApiResources(apiVersion);
        if (resources == null) {
            return Optional.empty();
        }
        for (APIResource resource : resources.getResources()) {
            if (resource.getKind().equals(kind) && !resource.getName().contains("/")) {
                return Optional.of(new ServedKind(
                        apiVersion, kind, resource.getName(), Boolean.TRUE.equals(resource.getNamespaced())));
            }
        }
        return Optional.empty();
    }

    Optional<LiveObject> get(ServedKind kind, String name) {
        return Optional.ofNullable(client.raw(path(kind, name))).map(text -> live(kind, CanonicalJson.read(text)));
    }

    /** The objects with that label; none where the kind is not served. */
    List<LiveObject> list(ServedKind kind, String label, String value) {
        return listed(kind, "?labelSelector=" + encode(label + "=" + value));
    }

    /** All objects of the kind; none where it is not served. */
    List<LiveObject> list(ServedKind kind) {
        return listed(kind, "");
    }

    private List<LiveObject> listed(ServedKind kind, String query) {
        String text = client.raw(kind.path(namespace) + query);
        List<LiveObject> result = new ArrayList<>();
        if (text != null) {
            CanonicalJson.read(text).path("items").forEach(item -> result.add(live(kind, item)));
        }
        return result;
    }

    LiveObject create(ServedKind kind, JsonNode object, String manager) {
        return send(kind, "POST", kind.path(namespace) + "?fieldManager=" + encode(manager), object);
    }

    LiveObject dryRunCreate(ServedKind kind, JsonNode object, String manager) {
        return send(kind, "POST", kind.path(namespace) + "?dryRun=All&fieldManager=" + encode(manager), object);
    }

    LiveObject dryRunReplace(ServedKind kind, JsonNode object, String manager) {
        String name = object.path("metadata").path("name").asText();
        return send(kind, "PUT", path(kind, name) + "?dryRun=All&fieldManager=" + encode(manager), object);
    }

    /** Server-side apply; conflicts are decided in the manager's favour. */
    LiveObject apply(ServedKind kind, JsonNode object, String manager) {
        PatchContext context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
        context.setFieldManager(manager);
        context.setForce(true);
        return patch(kind, object.path("metadata").path("name").asText(), context, object);
    }

    /** A strategic merge patch in that manager's name, for built-in kinds. */
    LiveObject merge(ServedKind kind, String name, JsonNode patch, String manager) {
        PatchContext context = PatchContext.of(PatchType.STRATEGIC_MERGE);
        context.setFieldManager(manager);
        return patch(kind, name, context, patch);
    }

    /** Replaces the managed fields of exactly the version that was looked at, else 409. */
    LiveObject replaceManagedFields(ServedKind kind, LiveObject live, ArrayNode managedFields) {
        ArrayNode operations = CanonicalJson.MAPPER.createArrayNode();
        operations
                .addObject()
                .put("op", "replace")
                .put("path", "/metadata/managedFields")
                .set("value", managedFields);
        operations
                .addObject()
                .put("op", "replace")
                .put("path", "/metadata/resourceVersion")
                .put("value", live.resourceVersion());
        PatchContext context = PatchContext.of(PatchType.JSON);
        context.setFieldManager(OwnerApplier.FIELD_MANAGER);
        return patch(kind, live.name(), context, operations);
    }

    /**
     * Deletes exactly the object that was looked at, else 409; of a workload its dependents first, so that its pods are gone before it.
     *
     * @return what is left of it, if it takes its time to go
     */
    Optional<LiveObject> delete(ServedKind kind, LiveObject live) {
        ObjectNode options = CanonicalJson.MAPPER.createObjectNode();
        options.put("apiVersion", "v1")
                .put("kind", "DeleteOptions")
                .put("propagationPolicy", WorkloadView.KINDS.contains(kind.kind()) ? "Foreground" : "Background");
        options.putObject("preconditions").put("uid", live.uid()).put("resourceVersion", live.resourceVersion());
        return Optional.ofNullable(client.raw(path(kind, live.name()), "DELETE", CanonicalJson.write(options)))
                .map(CanonicalJson::read)
                .filter(answer -> !answer.path("kind").asText().equals("Status"))
                .map(answer -> live(kind, answer));
    }

    private LiveObject send(ServedKind kind, String method, String path, JsonNode object) {
        return live(kind, CanonicalJson.read(client.raw(path, method, CanonicalJson.write(object))));
    }

    private LiveObject patch(ServedKind kind, String name, PatchContext context, JsonNode body) {
        GenericKubernetesResource item = new GenericKubernetesResource();
        item.setApiVersion(kind.apiVersion());
        item.setKind(kind.kind());
        item.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
        GenericKubernetesResource result = client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .resource(item)
                .patch(context, CanonicalJson.write(body));
        if (result == null) {
            throw new KubernetesClientException(kind.kind() + "/" + name + " not found", 404, null);
        }
        return live(kind, CanonicalJson.read(client.getKubernetesSerialization().asJson(result)));
    }

    /** Items of a list come without kind and version. */
    private static LiveObject live(ServedKind kind, JsonNode content) {
        if (content instanceof ObjectNode object && !object.has("kind")) {
            object.put("apiVersion", kind.apiVersion());
            object.put("kind", kind.kind());
        }
        return new LiveObject(kind.apiVersion(), content);
    }

    private String path(ServedKind kind, String name) {
        return kind.path(namespace) + "/" + encode(name);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
