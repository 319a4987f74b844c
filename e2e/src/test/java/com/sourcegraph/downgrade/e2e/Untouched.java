package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;

/**
 * An instance before its run has passed preflight and, where asked for, a person has approved the plan: nothing is written but the
 * run's own resource, its events, and the Job of its checks. Made before the resource is created.
 */
final class Untouched {
    /** So long has nobody written before it is looked at. */
    private static final Duration REST = Duration.ofSeconds(5);

    private final StoryOperator operator;
    private final InstalledInstance instance;
    private final String run;
    private final Map<String, String> written;
    private final List<Pod> pods;
    private final Instant since;

    Untouched(StoryOperator operator, InstalledInstance instance, String run) {
        this.operator = operator;
        this.instance = instance;
        this.run = run;
        this.written = atRest(instance);
        this.pods = operator.pods();
        this.since = Instant.now();
    }

    /** As of now; what is written from now on is no more looked at. */
    void assertStill() {
        Instant until = Instant.now();
        assertThat(written(instance))
                .as("workloads, autoscalers, ConfigMaps and Services, but for their statuses")
                .isEqualTo(written);
        assertThat(operator.pods())
                .as("the operator's pods, which are those of before")
                .extracting(pod -> pod.getMetadata().getUid())
                .containsExactlyInAnyOrderElementsOf(
                        pods.stream().map(pod -> pod.getMetadata().getUid()).toList());
        Optional<TestCluster> parts = TestCluster.atHand();
        if (parts.isEmpty()) {
            System.err.println("NOT LOOKED AT: what the operator wrote before the approval of " + run
                    + "; that is told by the audit log of the project's own cluster: -De2e.testcluster");
            return;
        }
        WritesOfPods writes = new WritesOfPods(parts.get());
        assertThat(pods).allSatisfy(pod -> {
            assertThat(writes.of(pod, since, until))
                    .as("what the API server has noted down of the operator, which has written the status at least")
                    .isNotEmpty();
            assertThat(writes.besideItsChecks(pod, instance.namespace(), run, since, until))
                    .as("written before preflight and approval")
                    .isEmpty();
        });
    }

    private static Map<String, String> atRest(InstalledInstance instance) {
        AtomicReference<Map<String, String>> last = new AtomicReference<>(written(instance));
        Awaitility.await("nobody writes anything of the instance")
                .atMost(InstalledInstance.PATIENCE)
                .during(REST)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    Map<String, String> now = written(instance);
                    return now.equals(last.getAndSet(now));
                });
        return last.get();
    }

    /** Jobs come with the checks; the API server's notes tell of them. */
    private static Map<String, String> written(InstalledInstance instance) {
        Map<String, String> written = new TreeMap<>(WorkloadPicture.of(instance).written());
        written.keySet().removeIf(name -> name.startsWith("Job/"));
        return written;
    }
}
