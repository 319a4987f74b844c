package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.observe.NamespaceWatches;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which watch is believed after a connection to the API server has failed. */
class DeafWatchTest {

    private static final String NAMESPACE = "default";
    private static final String RUN = "run-uid";

    private final AdvancingClock clock = new AdvancingClock();
    private final AtomicReference<Instant> lastFailure = new AtomicReference<>(Instant.EPOCH);
    private final AtomicInteger heard = new AtomicInteger();
    private InMemoryCluster cluster;
    private NamespaceWatches watches;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder().controllers().start();
        watches = new NamespaceWatches(cluster.client(), namespace -> heard.incrementAndGet(), lastFailure::get, clock);
    }

    @AfterEach
    void close() {
        watches.close();
        cluster.close();
    }

    /** It had arrived before the watch died, and was told when the failure was known already. */
    @Test
    void anEventThatIsToldJustAfterAFailureDoesNotSpeakForItsWatch() {
        watches.objects(NAMESPACE, RUN);
        lastFailure.set(clock.instant());
        clock.advance(Duration.ofSeconds(1));
        create("told-late");
        Awaitility.await().atMost(DowngradeWorld.PATIENCE).until(() -> heard.get() > 0);
        assertThat(cluster.faults().deafenWatches(request -> request.resource().equals("pods")))
                .isEqualTo(1);
        create("never-told");

        clock.advance(NamespaceWatches.SETTLED);

        assertThat(pods()).containsExactlyInAnyOrder("told-late", "never-told");
    }

    @Test
    void onceListedAnewItIsBelievedAgain() {
        watches.objects(NAMESPACE, RUN);
        lastFailure.set(clock.instant());
        clock.advance(NamespaceWatches.SETTLED.plusSeconds(1));
        pods();
        int asked = cluster.requests().all().size();

        clock.advance(Duration.ofMinutes(1));
        pods();

        assertThat(cluster.requests().all()).hasSize(asked);
    }

    private List<String> pods() {
        return watches.objects(NAMESPACE, RUN).pods().stream()
                .map(Pod::getMetadata)
                .map(metadata -> metadata.getName())
                .toList();
    }

    private void create(String name) {
        cluster.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("example.com/client:1")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }
}
