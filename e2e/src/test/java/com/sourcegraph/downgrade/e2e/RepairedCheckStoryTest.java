package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A check fails before anything is touched; once a person has done what it says, the same resource goes on to its end. */
@Story
@Execution(ExecutionMode.CONCURRENT)
class RepairedCheckStoryTest {
    private static final String NAMESPACE = "e2e-repaired";

    private final StoryOperator operator;

    RepairedCheckStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void whatWasForgottenIsStoredAndTheRunGoesOn() {
        GivenCluster cluster = operator.cluster();
        try (SampleRun run = new SampleRun(cluster, NAMESPACE)) {
            cluster.kubectl("delete", "configmap/target", "--namespace=" + NAMESPACE);
            WorkloadPicture before = WorkloadPicture.of(run.instance());
            run.start();

            SourcegraphDowngrade stopped = run.awaitStall("PreflightFailed");

            assertThat(stopped.getStatus().nextAction())
                    .contains("kubectl -n " + NAMESPACE + " create configmap target");
            assertThat(stopped.getStatus().steps())
                    .as("steps that ran beside the checks")
                    .noneMatch(step -> step.name() != StepName.PREFLIGHT && step.state() != StepState.PENDING);
            assertThat(WorkloadPicture.of(run.instance()).written()).isEqualTo(before.written());
            assertThat(run.migrators().running()).isEmpty();

            run.instance().store("target", InstalledInstance.sample("4.5.1"));

            run.assertEndsAsUndisturbed();
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }
}
