package com.sourcegraph.downgrade.testkit.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Installs manifests as {@code kubectl apply} does for the first time: with the last applied configuration on each object. */
public final class InstanceInstaller {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String MANAGER = "kubectl-client-side-apply";

    private final KubernetesClient client;
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, List<APIResource>> types = new HashMap<>();

    public InstanceInstaller(KubernetesClient client) {
        this.client = client;
    }

    /** Creates the namespace if it is not there, and every object in it. */
    public void install(ReleaseManifests manifests, String namespace) {
        if (client.namespaces().withName(namespace).get() == null) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
        manifests.objects().forEach(object -> create(object, namespace));
    }

    private void create(JsonNode object, String namespace) {
        String apiVersion = object.path("apiVersion").asText();
        APIResource type = type(apiVersion, object.path("kind").asText());
        String base = apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
        String path = type.getNamespaced() ? base + "/namespaces/" + namespace : base;
        try {
            client.raw(
                    path + "/" + type.getName() + "?fieldManager=" + MANAGER,
                    "POST",
                    annotated(object.deepCopy(), type.getNamespaced() ? namespace : ""));
        } catch (KubernetesClientException e) {
            // A cluster-scoped object that another instance has brought already.
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private APIResource type(String apiVersion, String kind) {
        return types
                .computeIfAbsent(
                        apiVersion, version -> client.getApiResources(version).getResources())
                .stream()
                .filter(type -> type.getKind().equals(kind) && !type.getName().contains("/"))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("The cluster does not serve " + apiVersion + " " + kind));
    }

    private ObjectNode annotated(ObjectNode object, String namespace) {
        try {
            ObjectNode metadata = object.withObject("/metadata");
            if (!namespace.isEmpty() && metadata.path("namespace").asText("").isEmpty()) {
                metadata.put("namespace", namespace);
            }
            // kubectl notes the annotations down also where there are none.
            ObjectNode annotations = metadata.withObject("/annotations");
            annotations.put(LAST_APPLIED, json.writeValueAsString(object) + "\n");
            return object;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
