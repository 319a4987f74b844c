package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;
import com.sourcegraph.downgrade.testkit.instance.DowngradeDefinition;
import com.sourcegraph.downgrade.testkit.instance.InMemoryInstance;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** One namespace whose role is taken away, or that is deleted, holds up nobody but itself. */
class UnwatchedNamespaceTest {

    private static final String OTHER = "other";
    private static final String BARRED = "barred";

    /** Less than the two minutes that the SDK waits for a cache by default. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Set<String> barred = ConcurrentHashMap.newKeySet();

    @Test
    void aNamespaceWithoutARoleAtTheStartHoldsUpNoOther() throws Exception {
        barred.add(BARRED);
        try (InMemoryCluster cluster = cluster();
                DowngradeOperator operator = operator(cluster, OTHER, BARRED)) {
            start(operator);

            awaitReadiness(operator, 200);
            assertThat(get(operator, "/metrics").body()).contains("sourcegraph_downgrade_unwatched_namespaces 1.0");
            create(cluster, OTHER);
            awaitTurn(cluster, OTHER);

            create(cluster, BARRED);
            barred.clear();
            awaitTurn(cluster, BARRED);
            assertThat(get(operator, "/metrics").body()).contains("sourcegraph_downgrade_unwatched_namespaces 0.0");
        }
    }

    @Test
    void aNamespaceThatLosesItsRoleTakesNobodysReadiness() throws Exception {
        try (InMemoryCluster cluster = cluster();
                DowngradeOperator operator = operator(cluster, OTHER, BARRED)) {
            start(operator);
            awaitReadiness(operator, 200);

            bar(cluster, BARRED);

            Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> get(operator, "/metrics")
                    .body()
                    .contains("sourcegraph_downgrade_unwatched_namespaces 1.0"));
            assertThat(get(operator, "/readyz").statusCode()).isEqualTo(200);
        }
    }

    /** It can do nothing for anybody: a rollout must not go on with it, and whoever looks must see it. */
    @Test
    void whoseEveryWatchIsCutIsNotReady() throws Exception {
        try (InMemoryCluster cluster = cluster();
                DowngradeOperator operator = operator(cluster, OTHER, BARRED)) {
            start(operator);
            awaitReadiness(operator, 200);

            bar(cluster, OTHER, BARRED);
            awaitReadiness(operator, 503);

            barred.clear();
            awaitReadiness(operator, 200);
        }
    }

    private void bar(InMemoryCluster cluster, String... namespaces) {
        barred.addAll(Set.of(namespaces));
        cluster.faults()
                .expireWatches(request -> Set.of(namespaces).contains(request.namespace())
                        && request.user().equals(InMemoryInstance.OPERATOR));
    }

    private boolean allows(AccessPolicy.Attempt attempt) {
        return !attempt.user().equals(InMemoryInstance.OPERATOR) || !barred.contains(attempt.namespace());
    }

    private InMemoryCluster cluster() throws IOException {
        InMemoryCluster cluster = InMemoryCluster.builder()
                .customResourceDefinition(DowngradeDefinition.yaml())
                .accessPolicy(this::allows)
                .start();
        for (String name : Set.of(OTHER, BARRED)) {
            cluster.client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
        }
        return cluster;
    }

    private static DowngradeOperator operator(InMemoryCluster cluster, String... namespaces) {
        return new DowngradeOperator(
                cluster.clientAs(InMemoryInstance.OPERATOR),
                new OperatorConfig(Set.of(namespaces), Optional.empty(), "operator-0", false, 0),
                Clock.systemUTC(),
                new ConnectionFailures(Clock.systemUTC()));
    }

    private static void start(DowngradeOperator operator) {
        Thread starting = new Thread(operator::start, "starting");
        starting.setDaemon(true);
        starting.start();
    }

    private static void create(InMemoryCluster cluster, String namespace) {
        cluster.client()
                .load(new ByteArrayInputStream("""
                        apiVersion: downgrade.sourcegraph.com/v1alpha1
                        kind: SourcegraphDowngrade
                        metadata:
                          name: back
                        spec:
                          to: v4.5.1
                          serviceAccountName: sourcegraph-downgrade
                          manifests:
                            configMapRef:
                              name: target
                        """.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .create();
    }

    /** Its status is written: a turn has looked at it. */
    private static void awaitTurn(InMemoryCluster cluster, String namespace) {
        Awaitility.await("a turn in " + namespace)
                .atMost(PATIENCE)
                .until(() -> cluster.client()
                                .resources(SourcegraphDowngrade.class)
                                .inNamespace(namespace)
                                .withName("back")
                                .get()
                                .getStatus()
                        != null);
    }

    private static void awaitReadiness(DowngradeOperator operator, int code) {
        Awaitility.await("readiness " + code)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> get(operator, "/readyz").statusCode() == code);
    }

    private static HttpResponse<String> get(DowngradeOperator operator, String path)
            throws IOException, InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + operator.managementPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }
}
