package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import org.junit.jupiter.api.Test;

/**
 * The long commands that the documentation tells for a bad night, as they stand there: the migrator run by hand, and an instance
 * brought back by hand where no operator is left to do it.
 */
@Story
class ByHandStoryTest {
    private static final String NAMESPACE = "e2e-by-hand";

    private static final DocumentedCommands COMMANDS = new DocumentedCommands("docs/stops.md");

    private final StoryOperator operator;

    ByHandStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void aQuietInstanceIsLookedAtAndBroughtBack() {
        GivenCluster cluster = operator.cluster();
        ReleaseManifests manifests = new ContainerSettings(InstalledInstance.sample("5.0.6"))
                .env("gitserver", "STAND_IN_STOP_MILLIS", "12000");
        try (SampleRun run = new SampleRun(cluster, NAMESPACE, manifests)) {
            InstalledInstance instance = run.instance();
            CancelStoryTest.addOwnersObjects(instance);
            WorkloadPicture before = WorkloadPicture.of(instance);
            run.start();
            run.awaitStep(StepName.QUIESCE);
            run.suspend(true);
            // From now on the operator is as good as gone: a suspended run writes nothing.
            cluster.kubectl(
                    "wait",
                    "sgdowngrade/" + SampleRun.NAME,
                    "--for=condition=Suspended",
                    "--timeout=3m",
                    "--namespace=" + NAMESPACE);
            run.assertServicesAtZero();

            cluster.shell(COMMANDS.block("name: \"migrator-by-hand\"")
                    .in(NAMESPACE)
                    .of(SampleRun.NAME)
                    .replacing(
                            "[\"add-log\", \"--db=frontend\", \"--version=1648115472\", \"--up=true\"]",
                            "[\"drift\", \"--db=frontend\", \"--version=v5.0.6\"]")
                    .text());
            String said = cluster.shell(COMMANDS.block("wait --for=condition=Complete job/migrator-by-hand")
                    .in(NAMESPACE)
                    .text());
            assertThat(said).contains("No drift detected");
            cluster.shell(
                    COMMANDS.block("delete job migrator-by-hand").in(NAMESPACE).text());

            // Who may do no more than this must not get a word into what an administrator runs.
            cluster.kubectl("scale", "deployment/prometheus", "--replicas=0", "--namespace=" + NAMESPACE);
            cluster.kubectl(
                    "annotate",
                    "deployment/prometheus",
                    "downgrade.sourcegraph.com/quiesced-by=somebody",
                    "downgrade.sourcegraph.com/original-replicas=1; echo hostile",
                    "--namespace=" + NAMESPACE);
            String commands = cluster.shell(
                    COMMANDS.block("original-field-owners").in(NAMESPACE).text());
            assertThat(commands)
                    .contains("scale Deployment/prometheus --replicas=1\n")
                    .doesNotContain("hostile");
            cluster.shell(commands);

            instance.awaitReady();
            assertThat(WorkloadPicture.of(instance).said())
                    .as("what a person or a manifest says of each workload")
                    .isEqualTo(before.said());
            // There is nothing left to be put back.
            cluster.kubectl("delete", "sgdowngrade/" + SampleRun.NAME, "--timeout=3m", "--namespace=" + NAMESPACE);
            assertThat(WorkloadPicture.of(instance).said()).isEqualTo(before.said());
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }
}
