package com.sourcegraph.downgrade.testkit.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** An API server and what the scenarios need in it. */
record ApiUnderTest(RawClient client, boolean inMemory, Runnable closing) {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final List<String> OF_THE_CLUSTER = List.of(
            "/apis/rbac.authorization.k8s.io/v1/clusterroles",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            "/apis/storage.k8s.io/v1/storageclasses",
            "/api/v1/persistentvolumes",
            DEFINITIONS);

    /** Defines the resource that the scenarios use, and the product's own. */
    void prepare() {
        Path product = Contract.folder()
                .toAbsolutePath()
                .getParent()
                .getParent()
                .resolve("crds")
                .resolve("sourcegraphdowngrades.downgrade.sourcegraph.com.yaml");
        for (Path file : List.of(Contract.folder().resolve(Contract.DEFINITION), product)) {
            JsonNode definition = read(file);
            String name = Nodes.name(definition);
            String path = DEFINITIONS + "/" + name;
            RawClient.Answer applied = send(
                    "PATCH",
                    path + "?fieldManager=contract&force=true",
                    "application/apply-patch+yaml",
                    definition.toString());
            require(applied);
            Awaitility.await("definition of " + name)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> send("GET", path, "application/json", null)
                            .body()
                            .matches("(?s).*\"type\": ?\"Established\".*"));
            String group = Nodes.text(definition, "spec", "group");
            String version = definition.at("/spec/versions/0/name").asText();
            Awaitility.await("serving " + name)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> send(
                                            "GET",
                                            "/apis/" + group + "/" + version + "/"
                                                    + Nodes.text(definition, "spec", "names", "plural"),
                                            "application/json",
                                            null)
                                    .code()
                            == 200);
        }
    }

    /** A namespace that the controllers have filled with what every namespace has. */
    void createNamespace(String name) {
        require(send("POST", "/api/v1/namespaces", "application/json", "{\"metadata\":{\"name\":\"" + name + "\"}}"));
        Awaitility.await("service account in " + name)
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        send("GET", "/api/v1/namespaces/" + name + "/serviceaccounts/default", "application/json", null)
                                        .code()
                                == 200);
    }

    /** Takes away what a scenario left: its namespace, and what bears the namespace's name in the cluster. */
    void clear(String namespace) {
        send("DELETE", "/api/v1/namespaces/" + namespace, "application/json", null);
        for (String collection : OF_THE_CLUSTER) {
            RawClient.Answer all = send("GET", collection, "application/json", null);
            for (JsonNode item : Nodes.each(parse(all.body()), "items")) {
                if (Nodes.name(item).contains(namespace)) {
                    send("DELETE", collection + "/" + Nodes.name(item), "application/json", null);
                }
            }
        }
    }

    private RawClient.Answer send(String method, String path, String type, String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        return client.send(method, path, type, headers, body);
    }

    private static void require(RawClient.Answer answer) {
        if (answer.code() >= 300) {
            throw new IllegalStateException("the server cannot be prepared: " + answer.body());
        }
    }

    private static JsonNode read(Path file) {
        try {
            return new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String json) {
        try {
            return Nodes.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() {
        closing.run();
    }
}
