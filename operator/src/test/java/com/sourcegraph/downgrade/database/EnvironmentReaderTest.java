package com.sourcegraph.downgrade.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EnvironmentReaderTest {
    private static PodSpec pod(String yaml) {
        return Serialization.unmarshal(yaml, PodSpec.class);
    }

    private InMemoryCluster cluster;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder()
                .controllers()
                .accessPolicy(attempt -> !attempt.user().equals("nobody"))
                .start();
        client = cluster.client();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("ns")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void followsEveryKindOfReference() {
        configMap("sourcegraph-frontend-env", Map.of("PGHOST", "pgsql", "PGPORT", "5432", "OVERRIDDEN", "no"));
        secret("codeintel-db-auth", Map.of("host", "codeintel-db", "password", "se cret\n"));
        secret("prefixed", Map.of("PGUSER", "insights"));
        ResolvedEnvironment found = new EnvironmentReader(client).read("ns", pod("""
                                    initContainers:
                                    - name: migrator
                                      envFrom:
                                      - configMapRef: {name: sourcegraph-frontend-env}
                                      - secretRef: {name: prefixed}
                                        prefix: CODEINSIGHTS_
                                      - configMapRef: {name: absent, optional: true}
                                      env:
                                      - {name: OVERRIDDEN, value: "yes"}
                                      - name: CODEINTEL_PGHOST
                                        valueFrom: {secretKeyRef: {name: codeintel-db-auth, key: host}}
                                      - name: CODEINTEL_PGPASSWORD
                                        valueFrom: {secretKeyRef: {name: codeintel-db-auth, key: password}}
                                      - name: CODEINTEL_PGSSLMODE
                                        valueFrom: {secretKeyRef: {name: codeintel-db-auth, key: sslmode, optional: true}}
                                      - name: NODE
                                        valueFrom: {fieldRef: {fieldPath: status.hostIP}}
                                      - {name: URL, value: "http://$(PGHOST):$(PGPORT)/$(UNKNOWN)/$$(PGHOST)/$5"}
                                      - {name: EMPTY}
                                    containers:
                                    - name: frontend
                                      env: [{name: PGHOST, value: not-this-one}]
                                    """));
        assertThat(found.missing()).isEmpty();
        assertThat(found.variables())
                .containsOnly(
                        Map.entry("PGHOST", "pgsql"),
                        Map.entry("PGPORT", "5432"),
                        Map.entry("OVERRIDDEN", "yes"),
                        Map.entry("CODEINSIGHTS_PGUSER", "insights"),
                        Map.entry("CODEINTEL_PGHOST", "codeintel-db"),
                        Map.entry("CODEINTEL_PGPASSWORD", "se cret\n"),
                        Map.entry("URL", "http://pgsql:5432/$(UNKNOWN)/$(PGHOST)/$5"),
                        Map.entry("EMPTY", ""));
        assertThat(found.toString()).contains("CODEINTEL_PGPASSWORD").doesNotContain("se cret");
        // By name, each object once: the role grants no list.
        assertThat(cluster.requests().matching(request -> !request.isWrite()))
                .extracting(RequestRecord::verb, RequestRecord::resource, RequestRecord::name)
                .containsExactlyInAnyOrder(
                        tuple("get", "configmaps", "sourcegraph-frontend-env"),
                        tuple("get", "secrets", "prefixed"),
                        tuple("get", "configmaps", "absent"),
                        tuple("get", "secrets", "codeintel-db-auth"));
    }

    @Test
    void namesWhatIsMissing() {
        secret("auth", Map.of("host", "h"));
        ResolvedEnvironment found = new EnvironmentReader(client).read("ns", pod("""
                                    containers:
                                    - name: frontend
                                      envFrom:
                                      - configMapRef: {name: absent}
                                      env:
                                      - name: PGHOST
                                        valueFrom: {secretKeyRef: {name: auth, key: host}}
                                      - name: PGSSLMODE
                                        valueFrom: {secretKeyRef: {name: auth, key: sslmode}}
                                      - name: PGUSER
                                        valueFrom: {configMapKeyRef: {name: absent, key: user}}
                                    """));
        assertThat(found.variables()).containsOnly(Map.entry("PGHOST", "h"));
        assertThat(found.missing())
                .containsExactly(
                        "ConfigMap ns/absent does not exist",
                        "Key \"sslmode\" of Secret ns/auth, for variable PGSSLMODE");
    }

    @Test
    void saysWhenThereIsNoContainerToReadFrom() {
        assertThat(new EnvironmentReader(client)
                        .read("ns", pod("containers: [{name: other}]"))
                        .missing())
                .singleElement()
                .asString()
                .contains("namespace ns", "migrator", "frontend");
    }

    private void configMap(String name, Map<String, String> data) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("ns")
                        .endMetadata()
                        .withData(data)
                        .build())
                .create();
    }

    private void secret(String name, Map<String, String> data) {
        Map<String, String> encoded = new HashMap<>();
        data.forEach((key, value) ->
                encoded.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("ns")
                        .endMetadata()
                        .withData(encoded)
                        .build())
                .create();
    }

    @Test
    void takesARefusalForMissingAndAFailureForAFailure() {
        PodSpec pod = pod("""
                containers:
                - name: frontend
                  env:
                  - name: PGPASSWORD
                    valueFrom: {secretKeyRef: {name: pgsql-auth, key: password}}
                """);
        assertThat(new EnvironmentReader(cluster.clientAs("nobody"))
                        .read("ns", pod)
                        .missing())
                .containsExactly(
                        "Secret ns/pgsql-auth may not be read: the service account in use lacks \"get\" on it");
        cluster.faults().on(request -> request.resource().equals("secrets")).answer(400);
        assertThatThrownBy(() -> new EnvironmentReader(client).read("ns", pod))
                .isInstanceOf(KubernetesClientException.class);
    }
}
