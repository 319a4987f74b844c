package com.sourcegraph.downgrade.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real instance with controllers and pods: it becomes quiet, and it comes back complete. */
class RunningInstanceTest {
    private static final String RUN = "run-1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    // Each look lists eight kinds: looking all the time would slow down what it waits for.
    private static final Duration LOOK = Duration.ofMillis(500);

    private InMemoryCluster cluster;
    private Namespace namespace;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.start();
        namespace = new Namespace(cluster.client());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kustomize/5.0.6.yaml", "legacy/4.5.1.yaml"})
    void quiet_means_that_the_pods_are_gone_and_complete_that_they_are_back(String release) {
        Manifests manifests = Manifests.release(release);
        namespace.installFoundations(manifests);
        namespace.install(manifests, "kubectl-client-side-apply", false);
        await().atMost(PATIENCE).pollInterval(LOOK).untilAsserted(() -> assertThat(notComplete())
                .isEmpty());
        List<Workload> before = namespace.read().connected();
        assertThat(before).allSatisfy(workload -> assertThat(workload.pods())
                .hasSize(workload.replicas().getAsInt())
                .allMatch(PodRef::ready));

        before.forEach(workload -> new Quiescer().quiesce(cluster.client(), namespace.read(workload.ref()), RUN));
        await().atMost(PATIENCE).pollInterval(LOOK).untilAsserted(() -> assertThat(
                        new QuiesceReader().read(namespace.read(), RUN).message())
                .isEmpty());
        assertThat(namespace.read().connected())
                .allSatisfy(workload -> assertThat(workload.pods()).isEmpty());
        assertThat(namespace.read().databases())
                .allSatisfy(workload -> assertThat(workload.pods()).isNotEmpty());

        before.forEach(workload -> new Restorer()
                .restore(
                        cluster.client(),
                        namespace.read(workload.ref()),
                        new RestoreScope(RestoreMode.CANCEL, RUN, Set.of(RUN))));
        await().atMost(PATIENCE).pollInterval(LOOK).untilAsserted(() -> assertThat(notComplete())
                .isEmpty());
        for (Workload workload : before) {
            assertThat(namespace
                            .read(workload.ref())
                            .rolloutAt(workload.replicas().getAsInt())
                            .complete())
                    .as("%s", workload.ref())
                    .isTrue();
        }
    }

    private List<String> notComplete() {
        return namespace.read().all().stream()
                .filter(workload -> !workload.rollout().complete())
                .map(workload -> workload.ref() + ": " + workload.rollout())
                .toList();
    }
}
