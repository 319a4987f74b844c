package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Watches that break, expire or lose an event in the middle of a run: it ends all the same. */
class WatchFaultTest {

    private static final Predicate<RequestRecord> OWN =
            request -> request.user().equals(DowngradeWorld.OPERATOR);

    /** With the last events lost nothing would ever happen again: quiet watches are renewed. */
    @Test
    void aLostEventIsFoundOutWhenNothingElseHappens() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(StepName.ROLLOUT, () -> world.cluster().faults().dropNextEvent(OWN));
            world.startOperator();
            world.applyMigrator("back");
            world.await("back", resource -> DowngradeWorld.running(resource, StepName.ROLLOUT));
            Awaitility.await()
                    .atMost(DowngradeWorld.PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> world.replicas("sourcegraph-frontend") == 2
                            && world.unready().isEmpty());

            world.clock().advance(Duration.ofMinutes(6));

            assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        }
    }

    /** Where the API server ended, and the watches of two kinds never noticed. */
    @Test
    void whatIsNotHeardOfAfterAnOutageIsListedAnew() {
        try (DowngradeWorld world = deafWhileServicesStop()) {
            world.failures().afterConnectionFailure(null, new IOException("Connection refused"));
            world.clock().advance(Duration.ofSeconds(6));
            nudgeByPod(world);

            assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        }
    }

    @Test
    void aDeafWatchIsFoundOutThoughOtherKindsAreHeardOfAllTheTime() {
        try (DowngradeWorld world = deafWhileServicesStop()) {
            world.clock().advance(Duration.ofMinutes(3));
            nudgeByPod(world);
            world.clock().advance(Duration.ofMinutes(3));
            nudgeByPod(world);

            assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        }
    }

    /** The SDK's watch of the resources themselves: the client says that it watches, and nobody hears of an approval. */
    @Test
    void anApprovalIsSeenThoughTheWatchOfResourcesIsDeafSinceAnOutage() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.applyMigrator("back", "approval: Manual");
            String digest = world.awaitPhase("back", Phase.AWAITING_APPROVAL)
                    .getStatus()
                    .plan()
                    .digest();
            assertThat(world.cluster().faults().deafenWatches(OWN.and(request -> request.resource()
                            .equals("sourcegraphdowngrades"))))
                    .isEqualTo(1);
            world.failures().afterConnectionFailure(null, new IOException("Connection refused"));

            world.patch("back", "{\"spec\":{\"approvedPlan\":\"" + digest + "\"}}");

            assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        }
    }

    /** The last look before a migrator starts asks for Jobs: one without a pod shows nowhere else. */
    @Test
    void anotherRunsMigratorIsSeenThoughTheWatchOfJobsIsDeaf() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            Job another = AnotherRun.suspendedMigrator(world);
            world.when(StepName.QUIESCE, () -> {
                world.cluster().faults().deafenWatches(OWN.and(request -> request.resource()
                        .equals("jobs")));
                world.client().resource(another).create();
            });
            world.startOperator();
            world.applyMigrator("back");

            world.await(
                    "back",
                    resource -> DowngradeWorld.has(resource, "Reconciling")
                            && DowngradeWorld.condition(resource, "Ready")
                                    .getMessage()
                                    .contains("Job/earlier-downgrade-1"));
            assertThat(world.jobs("downgrade"))
                    .extracting(job -> job.getMetadata().getName())
                    .containsExactly("earlier-downgrade-1");

            world.client().resource(another).delete();
            world.failures().afterConnectionFailure(null, new IOException("Connection refused"));
            world.clock().advance(Duration.ofSeconds(6));
            nudgeByPod(world);
            assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        }
    }

    /** A run that waits for services to stop which have stopped, as it does not hear. */
    private static DowngradeWorld deafWhileServicesStop() {
        DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");
        int[] deaf = new int[1];
        world.when(
                StepName.QUIESCE,
                () -> deaf[0] = world.cluster().faults().deafenWatches(OWN.and(request -> Set.of(
                                "deployments", "statefulsets")
                        .contains(request.resource()))));
        world.startOperator();
        world.applyMigrator("back");
        world.await("back", resource -> DowngradeWorld.running(resource, StepName.QUIESCE));
        Awaitility.await()
                .atMost(DowngradeWorld.PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> world.replicas("sourcegraph-frontend") == 0
                        && services(world).isEmpty());
        assertThat(deaf[0]).isEqualTo(2);
        return world;
    }

    private static List<Pod> services(DowngradeWorld world) {
        return world.client()
                .pods()
                .inNamespace(world.namespace())
                .withLabelIn("app", "sourcegraph-frontend", "worker", "gitserver")
                .list()
                .getItems();
    }

    /** Pods are still heard of. */
    private static void nudgeByPod(DowngradeWorld world) {
        world.client()
                .pods()
                .inNamespace(world.namespace())
                .withName("pgsql-0")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"nudge\":\"" + System.nanoTime() + "\"}}}");
    }

    @ParameterizedTest
    @CsvSource({
        "CUT, QUIESCE", "CUT, MIGRATE", "CUT, APPLY_MANIFESTS", "CUT, ROLLOUT",
        "EXPIRE, QUIESCE", "EXPIRE, MIGRATE", "EXPIRE, APPLY_MANIFESTS", "EXPIRE, ROLLOUT",
        "DROP_EVENT, PREFLIGHT", "DROP_EVENT, QUIESCE", "DROP_EVENT, MIGRATE"
    })
    void endTheSame(String fault, StepName step) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            int[] struck = new int[1];
            world.when(
                    step,
                    () -> struck[0] = switch (fault) {
                        case "CUT" -> world.cluster().faults().cutWatches(OWN);
                        case "EXPIRE" -> world.cluster().faults().expireWatches(OWN);
                        default -> world.cluster().faults().dropNextEvent(OWN);
                    });
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(struck[0]).isPositive();
            assertThat(world.jobs("downgrade")).hasSize(1);
            assertThat(world.unready()).isEmpty();
        }
    }
}
