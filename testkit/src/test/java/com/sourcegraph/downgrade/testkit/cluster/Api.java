package com.sourcegraph.downgrade.testkit.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Bare requests to a cluster, for what a client library would not send or would hide. */
final class Api {
    /** An answer. */
    record Answer(int code, ObjectNode body, HttpResponse<byte[]> http) {
        String message() {
            return body.path("message").asText();
        }
    }

    private final ResourceCatalog catalog = new ResourceCatalog();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private final String url;

    Api(InMemoryCluster cluster) {
        this.url = cluster.url();
    }

    Answer get(String path) {
        return send("GET", path, "application/json", null);
    }

    Answer post(String path, JsonNode body) {
        return send("POST", path, "application/json", body);
    }

    Answer put(String path, JsonNode body) {
        return send("PUT", path, "application/json", body);
    }

    Answer delete(String path, JsonNode body) {
        return send("DELETE", path, "application/json", body);
    }

    Answer jsonPatch(String path, JsonNode body) {
        return send("PATCH", path, "application/json-patch+json", body);
    }

    Answer mergePatch(String path, JsonNode body) {
        return send("PATCH", path, "application/merge-patch+json", body);
    }

    Answer strategicPatch(String path, JsonNode body) {
        return send("PATCH", path, "application/strategic-merge-patch+json", body);
    }

    Answer apply(String path, String manager, boolean force, JsonNode body) {
        String query = (path.contains("?") ? "&" : "?") + "fieldManager=" + manager + "&force=" + force;
        return send("PATCH", path + query, "application/apply-patch+yaml", body);
    }

    Answer send(String method, String path, String type, JsonNode body, String... headers) {
        HttpRequest.BodyPublisher publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(Nodes.bytes(body));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, publisher)
                .header("Content-Type", type);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            JsonNode json =
                    response.headers().firstValue("Content-Type").orElse("").contains("json")
                            ? Nodes.parse(response.body())
                            : Nodes.object()
                                    .put("text", new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
            return new Answer(response.statusCode(), (ObjectNode) json, response);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The path of the collection that an object belongs to. */
    String collection(JsonNode object) {
        ResourceType type = type(object);
        String namespace = Nodes.namespace(object) == null ? "default" : Nodes.namespace(object);
        return (type.group().isEmpty() ? "/api/" : "/apis/") + type.apiVersion()
                + (type.namespaced() ? "/namespaces/" + namespace : "") + "/" + type.plural();
    }

    ResourceType type(JsonNode object) {
        return catalog.byKind(Nodes.text(object, "apiVersion"), Nodes.text(object, "kind"))
                .orElseThrow();
    }

    String path(JsonNode object) {
        return collection(object) + "/" + Nodes.name(object);
    }

    /** Creates an object as {@code kubectl apply} does where there is none. */
    Answer clientSideApplyFirst(ObjectNode object) {
        return post(collection(object) + "?fieldManager=kubectl-client-side-apply", withLastApplied(object));
    }

    static ObjectNode withLastApplied(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ObjectNode metadata = Nodes.metadata(copy);
        Nodes.child(metadata, "annotations")
                .put("kubectl.kubernetes.io/last-applied-configuration", object.toString() + "\n");
        return copy;
    }
}
