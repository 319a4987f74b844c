package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A GitOps tool that nobody has paused scales the worker up again every second. */
@Story
class ScalingToolStoryTest {
    private static final String NAMESPACE = "e2e-writer";

    private final StoryOperator operator;

    ScalingToolStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void theRunNamesItAndGoesOnOnceItIsPaused() {
        try (SampleRun run = new SampleRun(operator.cluster(), NAMESPACE);
                ConnectedPods pods = new ConnectedPods(run.instance())) {
            run.start("deadlines: {quiesce: 45s}");
            run.awaitStep(StepName.QUIESCE);
            try (ScalingTool tool = new ScalingTool(run.instance(), "worker", 2)) {
                run.await("the tool is named", resource -> named(resource));
                AtomicInteger unnamed = new AtomicInteger();
                SourcegraphDowngrade stuck = run.await("the deadline", resource -> {
                    if (!named(resource)) {
                        unnamed.incrementAndGet();
                    }
                    return InstalledInstance.has(resource, "Stalled");
                });
                assertThat(unnamed).as("looks at which it was not named").hasValue(0);
                assertThat(SampleRun.condition(stuck, "Stalled").getReason()).isEqualTo("StepDeadlineExceeded");
                assertThat(SampleRun.condition(stuck, "Stalled").getMessage())
                        .contains("Quiesce", "Deployment/worker was ", " again by " + ScalingTool.NAME);
                assertThat(WholeDowngradeTest.downgradeJobs(run.instance()))
                        .as("migrators while it goes on: " + Serialization.asYaml(stuck.getStatus()))
                        .isEmpty();
                tool.stop();

                run.assertEndsAsUndisturbed();
                assertThat(tool.down())
                        .as("how often it was taken back: at most every ten seconds, not as often as it writes")
                        .isBetween(2, tool.written() / 4);
                assertThat(pods.services())
                        .as("containers of services that were started for nothing and for good")
                        .isLessThan(30);
            }
            assertThat(pods.besideAMigrator()).isEmpty();
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }

    private static boolean named(SourcegraphDowngrade resource) {
        return SampleRun.condition(resource, "Ready").getMessage().contains(ScalingTool.NAME);
    }
}
