package com.sourcegraph.downgrade.crd;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.GivenKubeconfig;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A real kube-apiserver with the committed definition and a namespace of its own. A control plane without controllers is
 * enough. Closing it leaves the server as it was.
 */
final class RealApiServer implements AutoCloseable {

    /** Names the kubeconfig of a cluster in which the tests may create a CustomResourceDefinition. */
    static final String PROPERTY = "test.kubeconfig";

    private final ObjectMapper json = new ObjectMapper();
    private final KubernetesClient client;
    private final CustomResourceDefinition definition;
    private final boolean definitionWasThere;
    private final String namespace;

    private RealApiServer(String kubeconfig) {
        client = new KubernetesClientBuilder()
                .withConfig(new GivenKubeconfig(Path.of(kubeconfig)).config())
                .build();
        definition = client.getKubernetesSerialization()
                .unmarshal(read(ProjectRoot.resolve(GeneratedCrd.FILE).toFile()), CustomResourceDefinition.class);
        Resource<CustomResourceDefinition> resource = client.resource(definition);
        definitionWasThere = resource.get() != null;
        resource.fieldManager("sourcegraph-downgrade-tests").forceConflicts().serverSideApply();
        resource.waitUntilCondition(RealApiServer::established, 30, TimeUnit.SECONDS);
        namespace = client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("sourcegraph-downgrade-test-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
    }

    /** Connects, or skips the test and says so. */
    static RealApiServer connect() {
        String kubeconfig = System.getProperty(PROPERTY);
        if (kubeconfig == null || kubeconfig.isBlank()) {
            String skipped =
                    "SKIPPED: no real kube-apiserver has judged the definition and the corpus; name a cluster's "
                            + "kubeconfig with -D" + PROPERTY + "=FILE to have it done";
            System.err.println(skipped);
            Assumptions.abort(skipped);
        }
        return new RealApiServer(kubeconfig);
    }

    KubernetesClient client() {
        return client;
    }

    String namespace() {
        return namespace;
    }

    /** Creates it as kubectl would; deletes it again. @return why it was refused */
    Optional<String> refusal(CorpusCase subject) {
        try {
            ObjectNode created = post(subject.create());
            try {
                if (subject.update().isPresent()) {
                    put(subject.update().get(), created);
                }
            } finally {
                client.raw(path(subject.create()), "DELETE", null);
            }
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return Optional.of(e.getStatus().getMessage());
        }
    }

    private ObjectNode post(ObjectNode resource) {
        ObjectNode mine = inNamespace(resource);
        return parse(client.raw(path() + "?fieldValidation=Strict", "POST", mine.toString()));
    }

    private void put(ObjectNode resource, ObjectNode stored) {
        ObjectNode mine = inNamespace(resource);
        ((ObjectNode) mine.get("metadata"))
                .put("resourceVersion", stored.at("/metadata/resourceVersion").asText());
        client.raw(path(resource) + "?fieldValidation=Strict", "PUT", mine.toString());
    }

    private ObjectNode inNamespace(ObjectNode resource) {
        ObjectNode mine = resource.deepCopy();
        ((ObjectNode) mine.get("metadata")).put("namespace", namespace);
        return mine;
    }

    private String path() {
        return "/apis/" + definition.getSpec().getGroup() + "/v1alpha1/namespaces/" + namespace + "/"
                + definition.getSpec().getNames().getPlural();
    }

    private String path(ObjectNode resource) {
        return path() + "/" + resource.at("/metadata/name").asText();
    }

    private ObjectNode parse(String answer) {
        try {
            return (ObjectNode) json.readTree(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean established(CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        if (!definitionWasThere) {
            client.resource(definition).delete();
        }
        client.close();
    }
}
