package com.sourcegraph.downgrade.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.sourcegraph.downgrade.release.Schema;
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

    /** Each variable is 200 times the one before: 8 GB in four lines. What goes beyond the bound is told by name. */
    @Test
    void aVariableThatGrowsBeyondTheBoundCannotBeUsed() {
        ResolvedEnvironment found = new EnvironmentReader(client)
                .read("ns", pod("""
                containers:
                - name: frontend
                  env:
                  - {name: A, value: "%s"}
                  - {name: B, value: "%s"}
                  - {name: C, value: "%s"}
                  - {name: PGHOST, value: "$(C)"}
                  - {name: PGUSER, value: sg}
                """.formatted("x".repeat(1024), "$(A)".repeat(200), "$(B)".repeat(200))));
        assertThat(found.variables()).containsOnlyKeys("A", "PGUSER");
        assertThat(found.unusable().get("B")).isEqualTo("is longer than 64 KiB");
        assertThat(found.unusable().get("C")).isEqualTo("refers to B, which is longer than 64 KiB");
        assertThat(found.unusable().get("PGHOST")).isEqualTo("refers to B, which is longer than 64 KiB");
        assertThat(found.tooLarge()).isEmpty();

        assertThat(new DatabaseEnvironment("ns").resolve(found).problems())
                .contains(
                        "Variable PGHOST of the frontend refers to B, which is longer than 64 KiB,"
                                + " so the database of schema frontend is not looked into; correct it in the frontend Deployment");
    }

    @Test
    void theBoundOfOneVariableIsExact() {
        ResolvedEnvironment found = new EnvironmentReader(client)
                .read("ns", pod("""
                containers:
                - name: frontend
                  env:
                  - {name: A, value: "%s"}
                  - {name: FITS, value: "$(A)$(A)"}
                  - {name: OVER, value: "$(A)$(A)$$"}
                  - {name: PLAIN, value: "%s"}
                """.formatted("x".repeat(32 * 1024), "y".repeat(64 * 1024 + 1))));
        assertThat(found.variables()).containsOnlyKeys("A", "FITS");
        assertThat(found.variables().get("FITS")).hasSize(64 * 1024);
        assertThat(found.unusable()).containsOnlyKeys("OVER", "PLAIN");
    }

    /** The one that is replaced must not be taken for the one that replaces it: it may lead to another database. */
    @Test
    void whatCannotBeUsedTakesWhatItReplacesWithIt() {
        configMap("defaults", Map.of("PGDATASOURCE", "postgres://sg@other:5432/sg", "PGHOST", "h", "PGUSER", "u"));
        ResolvedEnvironment found = new EnvironmentReader(client).read("ns", pod("""
                containers:
                - name: frontend
                  envFrom:
                  - configMapRef: {name: defaults}
                  env:
                  - {name: A, value: "%s"}
                  - {name: PGDATASOURCE, value: "$(A)$(A)"}
                """.formatted("x".repeat(40_000))));
        assertThat(found.variables()).containsOnlyKeys("A", "PGHOST", "PGUSER");
        ResolvedDatabases databases = new DatabaseEnvironment("ns").resolve(found);
        assertThat(databases.credentials()).isEmpty();
        assertThat(databases.problems().get(0)).contains("PGDATASOURCE of the frontend is longer than 64 KiB");
    }

    /** A variable of another purpose may be as long as it likes. */
    @Test
    void whatIsNoneOfTheDatabasesDoesNotHoldThem() {
        ResolvedEnvironment found = new EnvironmentReader(client).read("ns", pod("""
                containers:
                - name: frontend
                  env:
                  - {name: LOGO, value: "%s"}
                  - {name: PGHOST, value: pgsql}
                  - {name: PGUSER, value: sg}
                """.formatted("x".repeat(100_000))));
        assertThat(new DatabaseEnvironment("ns").resolve(found).credentials()).containsKey(Schema.FRONTEND);
    }

    @Test
    void anEnvironmentBeyondTheBoundIsNotUsedAtAll() {
        StringBuilder env = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            env.append("  - {name: V").append(i).append(", value: \"$(A)\"}\n");
        }
        ResolvedEnvironment found =
                new EnvironmentReader(client).read("ns", pod("""
                containers:
                - name: frontend
                  env:
                  - {name: A, value: "%s"}
                %s  - {name: PGHOST, value: pgsql}
                  - {name: PGUSER, value: sg}
                """.formatted("x".repeat(60_000), env)));
        assertThat(found.variables()).isEmpty();
        ResolvedDatabases databases = new DatabaseEnvironment("ns").resolve(found);
        assertThat(databases.complete()).isFalse();
        assertThat(databases.problems())
                .containsExactly(
                        "With variable V16, the environment of the frontend is larger than 1 MiB, so none of it"
                                + " is used; take out of the frontend Deployment, or of the ConfigMaps and Secrets that it"
                                + " names, what it does not need");
    }

    /** The same ConfigMap under a thousand prefixes, whose names alone would fill the memory. */
    @Test
    void namesCountToo() {
        Map<String, String> data = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            data.put("k" + i, "");
        }
        configMap("keys", data);
        StringBuilder from = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            from.append("  - {prefix: ").append("p".repeat(500)).append(i).append("_, configMapRef: {name: keys}}\n");
        }
        ResolvedEnvironment found = new EnvironmentReader(client).read("ns", pod("""
                containers:
                - name: frontend
                  envFrom:
                %s""".formatted(from)));
        assertThat(found.tooLarge().orElseThrow()).contains("larger than 1 MiB").hasSizeLessThan(500);
    }

    @Test
    void readsNoMoreThanAnEnvironmentCanNeed() {
        StringBuilder from = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            configMap("large-" + i, Map.of("DATA", "x".repeat(1_000_000)));
            from.append("  - configMapRef: {name: large-").append(i).append("}\n");
        }
        cluster.requests().reset();
        ResolvedEnvironment found = new EnvironmentReader(client).read("ns", pod("""
                containers:
                - name: frontend
                  envFrom:
                %s""".formatted(from)));
        assertThat(found.tooLarge().orElseThrow())
                .contains(
                        "With ConfigMap ns/large-4, what the environment of the frontend refers to is larger than 4 MiB");

        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            many.append("  - configMapRef: {name: absent-").append(i).append(", optional: true}\n");
        }
        cluster.requests().reset();
        found = new EnvironmentReader(client).read("ns", pod("""
                containers:
                - name: frontend
                  envFrom:
                %s""".formatted(many)));
        assertThat(found.tooLarge().orElseThrow()).contains("refers to more than 200 ConfigMaps and Secrets");
        assertThat(cluster.requests().all()).hasSize(200);
    }

    @Test
    void namesSomeOfWhatIsMissing() {
        secret("auth", Map.of());
        StringBuilder env = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            env.append("  - {name: V").append(i).append(", valueFrom: {secretKeyRef: {name: auth, key: k}}}\n");
        }
        ResolvedEnvironment found = new EnvironmentReader(client).read("ns", pod("""
                containers:
                - name: frontend
                  env:
                %s""".formatted(env)));
        assertThat(found.missing()).hasSize(51).last().isEqualTo("450 more");
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
