package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import org.junit.jupiter.api.Test;

/** A service ignores that it is told to stop, and goes on writing. */
@Story
class RefusingServiceStoryTest {
    private static final String NAMESPACE = "e2e-refuses";

    private final StoryOperator operator;

    RefusingServiceStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void theRunWaitsSaysForWhomAndGoesOnWhenItHasLetGo() {
        ReleaseManifests manifests = InstalledInstance.sample("5.0.6");
        manifests = new ContainerSettings(manifests).env("worker", "STAND_IN_REFUSES_TO_STOP", "true");
        // So long does Kubernetes wait until it ends it itself; also where the pod is deleted from its books before.
        manifests = new ContainerSettings(manifests).gracePeriod("worker", 120);
        try (SampleRun run = new SampleRun(operator.cluster(), NAMESPACE, manifests)) {
            String pod = run.instance().pods().stream()
                    .map(candidate -> candidate.getMetadata().getName())
                    .filter(name -> name.startsWith("worker-"))
                    .findFirst()
                    .orElseThrow();
            run.start("deadlines: {quiesce: 45s}");

            SourcegraphDowngrade works = run.await("it waits for the worker's pod alone", resource -> {
                String message = SampleRun.condition(resource, "Ready").getMessage();
                return message.startsWith("pod " + pod) && !message.contains(";");
            });
            assertThat(SampleRun.condition(works, "Ready").getMessage())
                    .contains(
                            "pod " + pod + " of Deployment/worker on node ", " is stopping since ", " and has until ");
            assertThat(works.getStatus().phase()).as("it works").isEqualTo(Phase.QUIESCING);
            assertThat(SampleRun.condition(works, "Reconciling").getStatus()).isEqualTo("True");
            assertThat(SampleRun.condition(works, "Stalled").getStatus()).isEqualTo("False");
            assertThat(works.getStatus().nextAction()).startsWith("Nothing to do.");

            SourcegraphDowngrade stuck = run.awaitStall("StepDeadlineExceeded");
            assertThat(stuck.getStatus().phase()).as("it is stuck").isEqualTo(Phase.STALLED);
            assertThat(SampleRun.condition(stuck, "Reconciling").getStatus()).isEqualTo("False");
            assertThat(SampleRun.condition(stuck, "Stalled").getMessage())
                    .contains("Step Quiesce has passed its deadline", "pod " + pod + " of Deployment/worker");
            assertThat(stuck.getStatus().nextAction())
                    .startsWith(
                            "Find out why pod " + pod + " does not stop; the run goes on by itself when it is gone: ")
                    .endsWith("kubectl -n " + NAMESPACE + " describe pod " + pod);
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance())).isEmpty();
            assertThat(operator.cluster().kubectl("get", "sgd", "back", "--namespace=" + NAMESPACE, "-o=wide"))
                    .containsPattern(" Stalled +Quiesce ")
                    .contains("StepDeadlineExceeded", pod);
            assertThat(operator.cluster().shell(stuck.getStatus().nextAction().replaceFirst(".*: kubectl", "kubectl")))
                    .as("what it tells to look at names the pod")
                    .contains(pod);

            operator.cluster().kubectl("delete", "pod", pod, "--force", "--grace-period=0", "--namespace=" + NAMESPACE);
            SourcegraphDowngrade alive = run.await(
                    "the pod is gone, and what runs on is seen in the databases",
                    resource -> SampleRun.condition(resource, "Stalled")
                            .getMessage()
                            .contains("sessions"));
            assertThat(SampleRun.condition(alive, "Stalled").getMessage())
                    .contains("frontend: worker from ", "codeintel: worker from ")
                    .doesNotContain(pod);
            assertThat(alive.getStatus().nextAction())
                    .contains(
                            "No pod is left that could hold the sessions of oobmigration and worker: ",
                            "kubectl -n " + NAMESPACE + " exec ",
                            "pg_terminate_backend(");
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance())).isEmpty();

            run.assertEndsAsUndisturbed();
            // Of a pod that was deleted by force the API does not tell when it ended: the databases do.
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }
}
