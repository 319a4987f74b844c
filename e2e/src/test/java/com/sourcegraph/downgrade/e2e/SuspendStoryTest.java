package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A run is held in the middle, and nobody touches anything until it may go on. */
@Story
class SuspendStoryTest {
    private static final String NAMESPACE = "e2e-suspend";

    /** Longer than the operator ever waits until it looks again of itself. */
    private static final Duration LOOKED_AGAIN = Duration.ofSeconds(16);

    private final StoryOperator operator;

    SuspendStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void nothingIsWrittenWhileItIsSuspended() {
        try (SampleRun run = new SampleRun(operator.cluster(), NAMESPACE)) {
            run.start();
            run.awaitStep(StepName.QUIESCE);
            patch("{\"spec\":{\"suspend\":true}}");
            operator.cluster()
                    .kubectl(
                            "wait",
                            "sgdowngrade/back",
                            "--for=condition=Suspended",
                            "--timeout=3m",
                            "--namespace=" + NAMESPACE);

            SourcegraphDowngrade held = run.instance().get("back");
            assertThat(SampleRun.condition(held, "Suspended").getMessage()).contains("before step Migrate");
            assertThat(SampleRun.condition(held, "Reconciling").getStatus()).isEqualTo("False");
            assertThat(SampleRun.condition(held, "Stalled").getStatus()).isEqualTo("False");
            assertThat(SampleRun.condition(held, "Ready").getReason()).isEqualTo("Suspended");
            assertThat(held.getStatus().phase()).isEqualTo(Phase.SUSPENDED);
            run.assertServicesAtZero();
            // Someone does something that the operator hears of; to this it must not answer either.
            operator.cluster().kubectl("annotate", "deployment/worker", "looked-at=now", "--namespace=" + NAMESPACE);
            WorkloadPicture picture = WorkloadPicture.of(run.instance());
            Awaitility.await("nothing is written")
                    .during(LOOKED_AGAIN)
                    .atMost(LOOKED_AGAIN.multipliedBy(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> WorkloadPicture.of(run.instance()).versions().equals(picture.versions())
                            && run.instance()
                                    .get("back")
                                    .getMetadata()
                                    .getResourceVersion()
                                    .equals(held.getMetadata().getResourceVersion()));
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance())).isEmpty();

            run.patchAsTold(held);

            SourcegraphDowngrade ended = run.assertEndsAsUndisturbed();
            assertThat(SampleRun.condition(ended, "Suspended").getStatus()).isEqualTo("False");
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }

    private void patch(String json) {
        operator.cluster()
                .kubectl("patch", "sgdowngrade/back", "--type=merge", "--patch=" + json, "--namespace=" + NAMESPACE);
    }
}
