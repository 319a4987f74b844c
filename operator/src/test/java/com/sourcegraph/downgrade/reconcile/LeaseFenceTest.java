package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may have lost the lease writes nothing, however late the election notices. */
class LeaseFenceTest {

    private static final String NAMESPACE = "operators";

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger lost = new AtomicInteger();
    private final LeaseFence fence = new LeaseFence(NAMESPACE, nanos::get, lost::incrementAndGet);
    private InMemoryCluster cluster;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder().start();
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        client = new KubernetesClientBuilder()
                .withConfig(cluster.client().getConfiguration())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", fence))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        cluster.close();
    }

    @Test
    void aStandbyReadsAndWritesNothing() {
        assertThat(client.pods().inNamespace(NAMESPACE).list().getItems()).isEmpty();

        assertThatThrownBy(() -> client.resource(written("one")).create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("lease");
        assertThat(cluster.client().configMaps().inNamespace(NAMESPACE).list().getItems())
                .isEmpty();
        assertThat(lost).hasValue(1);
    }

    @Test
    void whoHasRenewedTheLeaseWritesUntilItMayHaveRunOut() {
        renew();
        pass(LeaseFence.VALID.minusMillis(1));
        client.resource(written("one")).create();
        renew();
        pass(LeaseFence.VALID.minusMillis(1));
        client.resource(written("two")).create();
        assertThat(lost).hasValue(0);

        pass(Duration.ofMillis(1));

        assertThatThrownBy(() -> client.resource(written("three")).create()).hasMessageContaining("lease");
        assertThatThrownBy(() -> client.resource(written("one")).delete()).hasMessageContaining("lease");
        assertThat(cluster.client().configMaps().inNamespace(NAMESPACE).list().getItems())
                .extracting(found -> found.getMetadata().getName())
                .containsExactlyInAnyOrder("one", "two");
        assertThat(lost).hasValue(2);
    }

    /** One that is answered with a conflict belongs to somebody else by now. */
    @Test
    void aRenewalThatIsRefusedIsNone() {
        renew();
        pass(LeaseFence.VALID);

        assertThatThrownBy(() -> client.leases()
                        .inNamespace(NAMESPACE)
                        .resource(new LeaseBuilder(lease())
                                .editMetadata()
                                .withResourceVersion("1")
                                .endMetadata()
                                .build())
                        .update())
                .isInstanceOf(KubernetesClientException.class);

        assertThatThrownBy(() -> client.resource(written("one")).create()).hasMessageContaining("lease");
    }

    /** The election takes the time before it reads the lease, and writes that time. */
    @Test
    void theLeaseBeginsWhenItsRenewalIsBegunNotWhenItIsWritten() {
        renew();
        pass(Duration.ofSeconds(2));
        Lease read = client.leases()
                .inNamespace(NAMESPACE)
                .withName(OperatorConfig.OWN_NAME)
                .get();
        pass(Duration.ofSeconds(8));
        client.resource(read).update();
        pass(Duration.ofSeconds(2));

        assertThatThrownBy(() -> client.resource(written("one")).create()).hasMessageContaining("lease");
        renew();
        assertThatCode(() -> client.resource(written("one")).create()).doesNotThrowAnyException();
    }

    /** To give the lease back is to write it, and no renewal. */
    @Test
    void whoGivesTheLeaseBackWritesNothingMore() {
        renew();
        fence.close();
        renew();

        assertThatThrownBy(() -> client.resource(written("one")).create()).hasMessageContaining("lease");
    }

    /** The clients that act in an instance's name are made from this one. */
    @Test
    void itHoldsForWritesInAnotherName() {
        KubernetesClient writer = new ImpersonatingClients(client).of(NAMESPACE, "sourcegraph-downgrade");

        assertThatThrownBy(() -> writer.resource(written("one")).create()).hasMessageContaining("lease");
        renew();
        assertThatCode(() -> writer.resource(written("one")).create()).doesNotThrowAnyException();
    }

    private void renew() {
        client.resource(lease()).createOr(existing -> existing.update());
    }

    private static Lease lease() {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName(OperatorConfig.OWN_NAME)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("first")
                .endSpec()
                .build();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static ConfigMap written(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .build();
    }
}
