package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two replicas of the operator: one works, the other takes over, and never do both write. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicasTest {

    /** Where the instance's account loses a right for a while. */
    static final String HELD = "e2e-leader-frozen";

    /** With which a replica ends at once that may lead no more. */
    private static final int LEASE_LOST = 1;

    /** So long after three probes may have failed, and the kubelet ends the frozen container itself: then its end tells nothing. */
    private static final Duration ENDED_BY_KUBELET = Duration.ofSeconds(20);

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
        try (SampleRun run = new SampleRun(cluster, HELD)) {
            WritesOfPods writes = new WritesOfPods(parts);
            operator.mayRestart();
            run.migratorFaults("slow:2000");
            run.start();
            run.awaitMigrating();
            // So nobody gets through ApplyManifests: whoever leads is in the middle of it when it is frozen, and when
            // it
            // is thawed. Some objects are the target's by then, and it tries the others again and again.
            takePatchOfDeployments();
            Pod first = leader.await();
            awaitWriting(writes, first);
            Instant thawed = freezeUntilAnotherLeads(first);

            run.awaitStall("ApplyRefused");
            Pod second = leader.await();
            awaitWriting(writes, second);
            // From then on the first, started anew, may lead again.
            Instant frozenAgain = Instant.now();
            Instant thawedAgain = freezeUntilAnotherLeads(second);
            Instant givenBack = Instant.now();
            assertThat(run.instance().get(SampleRun.NAME).getStatus().currentStep())
                    .as("the step in which the second was frozen, thawed and ended")
                    .isEqualTo(StepName.APPLY_MANIFESTS);
            run.instance().bindAccount();

            run.assertEndsAsUndisturbed();
            assertThat(writes.of(first, thawed, frozenAgain))
                    .as("written after the lease")
                    .isEmpty();
            assertThat(writes.attempted(second, thawedAgain, givenBack))
                    .as("sent after the lease, also what would have been refused")
                    .isEmpty();
            assertThat(writes.of(second, thawedAgain, Instant.now()))
                    .as("written after the lease")
                    .isEmpty();
        }
    }

    /** Until it has written something from now on: of the migrator's progress, or what it tries again. */
    private static void awaitWriting(WritesOfPods writes, Pod pod) {
        Instant now = Instant.now();
        Awaitility.await("the leader " + pod.getMetadata().getName() + " writes")
                .atMost(InstalledInstance.PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !writes.attempted(pod, now, Instant.now()).isEmpty());
    }

    /**
     * Thaws it then, and waits until that process has ended for its lost lease, and the container runs anew.
     *
     * @return when it was thawed
     */
    private Instant freezeUntilAnotherLeads(Pod pod) {
        int before = container(pod).getRestartCount();
        Instant frozen = Instant.now();
        parts.freeze(pod);
        leader.awaitOther(pod);
        Instant thawed = Instant.now();
        parts.thaw(pod);
        ContainerStatus anew = Awaitility.await(
                        "the thawed process of " + pod.getMetadata().getName() + " has ended, and another runs")
                .atMost(InstalledInstance.PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> container(pod),
                        status -> status.getRestartCount() > before
                                && status.getState().getRunning() != null);
        ContainerStateTerminated end = anew.getLastState().getTerminated();
        if (Duration.between(frozen, thawed).compareTo(ENDED_BY_KUBELET) < 0) {
            assertThat(Instant.parse(end.getFinishedAt()))
                    .as("it ran again before it ended; Kubernetes tells whole seconds")
                    .isAfterOrEqualTo(thawed.truncatedTo(ChronoUnit.SECONDS));
            assertThat(end.getExitCode()).as("its exit status").isEqualTo(LEASE_LOST);
        }
        return thawed;
    }

    private ContainerStatus container(Pod pod) {
        return cluster.client()
                .resource(pod)
                .get()
                .getStatus()
                .getContainerStatuses()
                .get(0);
    }

    /** Of the instance's account. */
    private void takePatchOfDeployments() {
        cluster.client()
                .rbac()
                .roles()
                .inNamespace(HELD)
                .withName("sourcegraph-downgrade")
                .edit(ReplicasTest::withoutPatchOfDeployments);
    }

    private static Role withoutPatchOfDeployments(Role role) {
        List<PolicyRule> rules = new ArrayList<>();
        for (PolicyRule rule : role.getRules()) {
            if (!rule.getResources().contains("deployments")) {
                rules.add(rule);
                continue;
            }
            List<String> others = new ArrayList<>(rule.getResources());
            others.remove("deployments");
            List<String> verbs = new ArrayList<>(rule.getVerbs());
            assertThat(verbs.remove("patch")).as("a right to take away").isTrue();
            rules.add(new PolicyRuleBuilder(rule).withResources(others).build());
            rules.add(new PolicyRuleBuilder(rule)
                    .withResources("deployments")
                    .withVerbs(verbs)
                    .build());
        }
        return new RoleBuilder(role).withRules(rules).build();
    }
}
