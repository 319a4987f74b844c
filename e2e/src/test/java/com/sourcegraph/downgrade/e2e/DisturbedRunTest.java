package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever dies on the way: the run ends where an undisturbed one does, with one successful downgrade of the schema. */
@EndToEnd
class DisturbedRunTest {

    @Test
    void operatorKilledInEachStep() {
        TestCluster parts = TestCluster.given();
        try (GivenCluster cluster = new GivenCluster();
                InstalledOperator operator = new InstalledOperator(
                        cluster,
                        "helm3",
                        InstalledOperator.NAMESPACE,
                        "watch.scope=Cluster",
                        "leaderElection.enabled=false");
                SampleRun run = new SampleRun(cluster, "e2e-killed")) {
            run.start("approval: Manual");
            Set<StepName> killed = EnumSet.noneOf(StepName.class);
            SourcegraphDowngrade seen;
            do {
                seen = run.await(
                        "the next step, the question for approval, or the end",
                        resource -> running(resource).anyMatch(step -> !killed.contains(step))
                                || asks(resource)
                                || resource.getStatus().finishedAt() != null);
                for (StepName step : running(seen).filter(killed::add).toList()) {
                    if (step == StepName.ROLLOUT) {
                        run.suspend(true);
                    }
                    operator.kill(parts);
                    endsLater(run, step);
                }
                if (asks(seen)) {
                    run.patchAsTold(seen);
                }
            } while (seen.getStatus().finishedAt() == null);
            assertThat(killed)
                    .as("steps in which the operator was killed")
                    .containsExactlyInAnyOrder(
                            StepName.PREFLIGHT,
                            StepName.APPROVAL,
                            StepName.QUIESCE,
                            StepName.MIGRATE,
                            StepName.VERIFY_SCHEMA,
                            StepName.APPLY_MANIFESTS,
                            StepName.ROLLOUT,
                            StepName.VERIFY);
            run.assertEndsAsUndisturbed();
        }
    }

    private static Stream<StepName> running(SourcegraphDowngrade resource) {
        return resource.getStatus().steps().stream()
                .filter(step -> step.state() == StepState.RUNNING)
                .map(StepStatus::name);
    }

    /**
     * Verify is over in the turn in which it begins, and nobody can be killed in it; but for an instance that is not the target
     * yet. So somebody holds the run in Rollout and edits the version row, and in Verify takes that back.
     */
    private static void endsLater(SampleRun run, StepName step) {
        if (step == StepName.ROLLOUT) {
            // A frontend that starts later would write the row.
            run.instance().awaitReady();
            run.instance().setVersion("4.4.2");
            run.suspend(false);
        }
        if (step == StepName.VERIFY) {
            run.instance().setVersion("4.5.1");
        }
    }

    private static boolean asks(SourcegraphDowngrade resource) {
        return resource.getSpec().approvedPlan() == null
                && resource.getStatus().nextAction() != null
                && resource.getStatus().nextAction().contains("approvedPlan");
    }
}
