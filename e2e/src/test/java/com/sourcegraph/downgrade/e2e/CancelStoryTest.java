package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A person thinks better of it while services are still stopping: everything is as it was before. */
@Story
class CancelStoryTest {
    private static final String NAMESPACE = "e2e-cancel";

    /** What else an owner has: it scales, it backs up, and someone has a count of their own. */
    private static final String MORE = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: worker, namespace: sourcegraph, labels: {deploy: sourcegraph}}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
              minReplicas: 2
              maxReplicas: 3
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: backup, namespace: sourcegraph}
            spec:
              schedule: "0 0 1 1 *"
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                      - {name: backup, image: "example.com/backup:1", env: [{name: PGHOST, value: pgsql}]}
            """;

    private final StoryOperator operator;

    CancelStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void cancelledWhileServicesStopEverythingIsAsItWas() {
        ReleaseManifests manifests = InstalledInstance.sample("5.0.6");
        manifests = new ContainerSettings(manifests).env("gitserver", "STAND_IN_STOP_MILLIS", "25000");
        try (SampleRun run = new SampleRun(operator.cluster(), NAMESPACE, manifests)) {
            InstalledInstance instance = run.instance();
            addOwnersObjects(instance);
            WorkloadPicture before = WorkloadPicture.of(instance);
            run.start();
            run.await(
                    "gitserver stops and the worker is gone",
                    resource -> resource.getStatus().phase() == Phase.QUIESCING
                            && stopping(instance, "gitserver")
                            && instance.pods().stream().noneMatch(pod -> "worker"
                                    .equals(pod.getMetadata().getLabels().get("app"))));
            WorkloadPicture quiesced = WorkloadPicture.of(instance);
            assertThat(quiesced.of("Deployment/worker")).contains("\"replicas\":0", "original-replicas\":\"2\"");
            assertThat(quiesced.of("CronJob/backup")).contains("\"suspend\":true");

            operator.cluster()
                    .kubectl(
                            "patch",
                            "sgdowngrade/back",
                            "--type=merge",
                            "--patch={\"spec\":{\"cancel\":true}}",
                            "--namespace=" + NAMESPACE);
            operator.cluster()
                    .kubectl(
                            "wait",
                            "sgdowngrade/back",
                            "--for=condition=Failed",
                            "--timeout=4m",
                            "--namespace=" + NAMESPACE);

            SourcegraphDowngrade ended = instance.get("back");
            assertThat(SampleRun.condition(ended, "Failed").getReason()).isEqualTo("Cancelled");
            assertThat(ended.getStatus().pointOfNoReturn()).isNull();
            assertThat(instance.unready())
                    .as("it has waited until all are available")
                    .isEmpty();
            WorkloadPicture after = WorkloadPicture.of(instance);
            assertThat(after.said()).isEqualTo(before.said());
            assertThat(after.owners()).isEqualTo(before.owners());
            assertThat(instance.version()).isEqualTo("5.0.6");
            assertThat(WholeDowngradeTest.downgradeJobs(instance)).isEmpty();
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }

    /** What an owner has beside a release; done when it has taken effect. */
    static void addOwnersObjects(InstalledInstance instance) {
        instance.apply(ReleaseManifests.parse(MORE));
        awaitTwoWorkers(instance);
    }

    /** The autoscaler brings the second one. */
    private static void awaitTwoWorkers(InstalledInstance instance) {
        Awaitility.await("two workers")
                .atMost(InstalledInstance.PATIENCE)
                .until(() -> Map.of("Deployment/worker", 2).entrySet().stream().allMatch(entry -> entry.getValue()
                                .equals(instance.replicas().get(entry.getKey())))
                        && instance.unready().isEmpty());
    }

    private static boolean stopping(InstalledInstance instance, String app) {
        return instance.pods().stream()
                .anyMatch(pod -> app.equals(pod.getMetadata().getLabels().get("app"))
                        && pod.getMetadata().getDeletionTimestamp() != null);
    }
}
