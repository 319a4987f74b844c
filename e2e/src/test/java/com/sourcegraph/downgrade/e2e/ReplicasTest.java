package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two replicas of the operator: one works, the other takes over, and never do both write. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicasTest {

    private TestCluster parts;
    private GivenCluster cluster;
    private InstalledOperator operator;
    private Leader leader;

    @BeforeAll
    void install() {
        parts = TestCluster.given();
        cluster = new GivenCluster();
        operator = new InstalledOperator(
                cluster, "helm3", InstalledOperator.NAMESPACE, "watch.scope=Cluster", "replicas=2");
        leader = new Leader(cluster, operator);
    }

    @AfterAll
    void close() {
        if (operator != null) {
            operator.close();
            cluster.close();
        }
    }

    @Test
    void theLeaderIsKilled() {
        try (SampleRun run = new SampleRun(cluster, "e2e-leader-killed")) {
            run.migratorFaults("slow:500");
            run.start();
            for (StepName step : new StepName[] {StepName.QUIESCE, StepName.MIGRATE, StepName.APPLY_MANIFESTS}) {
                run.awaitStep(step);
                Pod killed = leader.await();
                operator.kill(parts, killed);
                leader.awaitOther(killed);
            }

            run.assertEndsAsUndisturbed();
        }
    }

    @Test
    void theLeaderIsFrozenPastItsLease() {
        try (SampleRun run = new SampleRun(cluster, "e2e-leader-frozen")) {
            WritesOfPods writes = new WritesOfPods(parts);
            operator.mayRestart();
            Instant began = Instant.now();
            run.migratorFaults("slow:1000");
            run.start();
            run.awaitMigrating();
            Pod first = leader.await();
            assertThat(writes.of(first, began, Instant.now()))
                    .as("written while it led")
                    .isNotEmpty();
            freezeUntilAnotherLeads(first);
            Instant thawed = Instant.now();
            parts.thaw(first);

            // In the middle of its writes, which it does not know to be somebody else's by now.
            run.awaitStep(StepName.APPLY_MANIFESTS);
            Pod second = leader.await();
            // From then on the first, started anew, may lead again.
            Instant frozenAgain = Instant.now();
            freezeUntilAnotherLeads(second);
            Instant thawedAgain = Instant.now();
            parts.thaw(second);

            run.assertEndsAsUndisturbed();
            assertThat(writes.of(first, thawed, frozenAgain))
                    .as("written after the lease")
                    .isEmpty();
            assertThat(writes.of(second, thawedAgain, Instant.now()))
                    .as("written after the lease")
                    .isEmpty();
        }
    }

    private void freezeUntilAnotherLeads(Pod pod) {
        parts.freeze(pod);
        leader.awaitOther(pod);
    }
}
