package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.instance.DowngradeDefinition;
import com.sourcegraph.downgrade.testkit.instance.InMemoryInstance;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** One replica works, and the next one need not wait for a lease that nobody uses any more. */
class LeadershipTest {

    private static final String NAMESPACE = "operators";
    private static final String LEASE = "sourcegraph-downgrade-operator";

    @Test
    void whoStopsGivesTheLeaseBackAndEndsNobody() throws IOException {
        try (InMemoryCluster cluster = cluster()) {
            AtomicInteger lost = new AtomicInteger();
            DowngradeOperator first = operator(cluster, "first", lost);
            awaitHolder(cluster.client(), "first");

            first.close();

            assertThat(holder(cluster.client())).isEmpty();
            DowngradeOperator second = operator(cluster, "second", lost);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> holder(cluster.client()), "second"::equals);
            second.close();
            assertThat(lost).hasValue(0);
        }
    }

    @Test
    void whoLosesTheLeaseIsTold() throws IOException {
        try (InMemoryCluster cluster = cluster()) {
            AtomicInteger lost = new AtomicInteger();
            DowngradeOperator operator = operator(cluster, "first", lost);
            awaitHolder(cluster.client(), "first");

            cluster.client().leases().inNamespace(NAMESPACE).withName(LEASE).edit(lease -> {
                lease.getSpec().setHolderIdentity("another");
                return lease;
            });

            Awaitility.await().atMost(Duration.ofSeconds(30)).until(lost::get, count -> count == 1);
            operator.close();
            assertThat(holder(cluster.client())).as("the other's lease").isEqualTo("another");
        }
    }

    /** A rolling update waits for the new pod before it ends the old one, which has the lease: so does a node's drain. */
    @Test
    void whoStandsByIsReadyToTakeOver() throws Exception {
        try (InMemoryCluster cluster = cluster()) {
            AtomicInteger lost = new AtomicInteger();
            DowngradeOperator first = operator(cluster, "first", lost);
            awaitHolder(cluster.client(), "first");
            DowngradeOperator second = created(cluster, "second", lost);
            Thread standby = new Thread(second::start, "standby");
            standby.start();

            Awaitility.await("the standby is ready")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> readiness(second) == 200);
            assertThat(holder(cluster.client())).isEqualTo("first");

            first.close();
            awaitHolder(cluster.client(), "second");
            standby.join();
            assertThat(readiness(second)).isEqualTo(200);
            second.close();
            assertThat(lost).hasValue(0);
        }
    }

    /** Two installations in one namespace for different instances: each leads its own replicas. */
    @Test
    void whoHasALeaseOfAnotherNameWaitsForNobody() throws IOException {
        try (InMemoryCluster cluster = cluster()) {
            AtomicInteger lost = new AtomicInteger();
            DowngradeOperator first = operator(cluster, "first", lost);
            awaitHolder(cluster.client(), "first");
            DowngradeOperator other = new DowngradeOperator(
                    cluster.clientAs(InMemoryInstance.OPERATOR),
                    new OperatorConfig(Set.of(), Optional.of(NAMESPACE), "other", true, 0, "second-operator"),
                    Clock.systemUTC(),
                    new ConnectionFailures(Clock.systemUTC()),
                    lost::incrementAndGet);
            other.start();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> holder(cluster.client(), "second-operator"), "other"::equals);
            assertThat(holder(cluster.client())).isEqualTo("first");
            other.close();
            first.close();
            assertThat(holder(cluster.client(), "second-operator")).isEmpty();
            assertThat(lost).hasValue(0);
        }
    }

    private static int readiness(DowngradeOperator operator) throws IOException, InterruptedException {
        URI url = URI.create("http://127.0.0.1:" + operator.managementPort() + "/readyz");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static InMemoryCluster cluster() {
        InMemoryCluster cluster = InMemoryCluster.builder()
                .customResourceDefinition(DowngradeDefinition.yaml())
                .start();
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        return cluster;
    }

    private static DowngradeOperator operator(InMemoryCluster cluster, String name, AtomicInteger lost) {
        DowngradeOperator operator = created(cluster, name, lost);
        operator.start();
        return operator;
    }

    private static DowngradeOperator created(InMemoryCluster cluster, String name, AtomicInteger lost) {
        return new DowngradeOperator(
                cluster.clientAs(InMemoryInstance.OPERATOR),
                new OperatorConfig(Set.of(), Optional.of(NAMESPACE), name, true, 0),
                Clock.systemUTC(),
                new ConnectionFailures(Clock.systemUTC()),
                lost::incrementAndGet);
    }

    private static void awaitHolder(KubernetesClient client, String name) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> holder(client), name::equals);
    }

    private static String holder(KubernetesClient client) {
        return holder(client, LEASE);
    }

    private static String holder(KubernetesClient client, String name) {
        Lease lease = client.leases().inNamespace(NAMESPACE).withName(name).get();
        return lease == null || lease.getSpec().getHolderIdentity() == null
                ? ""
                : lease.getSpec().getHolderIdentity();
    }
}
