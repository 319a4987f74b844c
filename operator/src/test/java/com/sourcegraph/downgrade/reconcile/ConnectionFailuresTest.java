package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ConnectionFailuresTest {

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    /** The client tells of it as it tells its interceptors; an answer that refuses is none. */
    @Test
    void anApiServerThatIsGoneIsAFailureAndOneThatRefusesIsNot() {
        ConnectionFailures failures = new ConnectionFailures(Clock.fixed(NOW, ZoneOffset.UTC));
        InMemoryCluster cluster = InMemoryCluster.builder().start();
        Config config = new ConfigBuilder(cluster.configAs("system:admin"))
                .withRequestRetryBackoffLimit(1)
                .build();
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("failures", failures))
                .build()) {
            assertThat(client.pods().inNamespace("default").withName("none").get())
                    .isNull();
            assertThat(failures.last()).isBefore(NOW);

            cluster.close();

            assertThatThrownBy(() -> client.pods().inNamespace("default").list())
                    .isInstanceOf(KubernetesClientException.class);
            assertThat(failures.last()).isEqualTo(NOW);
        }
    }
}
