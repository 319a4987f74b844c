package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import java.time.Duration;
import java.util.Objects;
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
        // Long enough for kubectl to be called before Quiesce ends.
        ReleaseManifests manifests = new ContainerSettings(InstalledInstance.sample("5.0.6"))
                .env("gitserver", "STAND_IN_STOP_MILLIS", "12000");
        try (SampleRun run = new SampleRun(operator.cluster(), NAMESPACE, manifests)) {
            run.start();
            run.awaitStep(StepName.QUIESCE);
            run.suspend(true);
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
            awaitControllersAtRest(run.instance());
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

    /** Kubernetes' own controllers write the statuses of what was annotated and stopped; that is not the operator. */
    private static void awaitControllersAtRest(InstalledInstance instance) {
        Awaitility.await("controllers have seen the last change")
                .atMost(InstalledInstance.PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() ->
                        instance
                                .cluster()
                                .client()
                                .apps()
                                .deployments()
                                .inNamespace(NAMESPACE)
                                .list()
                                .getItems()
                                .stream()
                                .allMatch(deployment -> deployment
                                                .getMetadata()
                                                .getGeneration()
                                                .equals(deployment.getStatus().getObservedGeneration())
                                        && Objects.requireNonNullElse(
                                                        deployment.getStatus().getReplicas(), 0)
                                                .equals(deployment.getSpec().getReplicas())));
    }
}
