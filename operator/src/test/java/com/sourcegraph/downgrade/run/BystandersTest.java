package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What scales, what runs on a schedule, what runs once, and what is nobody's business. */
class BystandersTest {

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    private void create(String yaml) {
        world.client()
                .resource(world.client().getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
                .inNamespace(world.namespace())
                .create();
    }

    private void autoscaler() {
        create("""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: frontend}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: sourcegraph-frontend}
                  minReplicas: 2
                  maxReplicas: 4
                  metrics:
                  - type: Resource
                    resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
                """);
    }

    /** Shares the namespace and an image name that anybody gives, and nothing else. */
    private void stranger() {
        create("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: queue, labels: {app: queue}}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: queue}}
                  template:
                    metadata: {labels: {app: queue}}
                    spec:
                      containers:
                      - {name: worker, image: "registry.example/shop/cart:7"}
                """);
    }

    @Test
    void areStoppedWhileItMattersAndThenAsBefore() {
        autoscaler();
        BackupCronJob.create(world);
        stranger();
        String autoscalerBefore = world.workloads().get("HorizontalPodAutoscaler/frontend");
        String backupBefore = world.workloads().get("CronJob/backup");
        String strangerBefore = world.workloads().get("Deployment/queue");
        AtomicReference<Boolean> suspended = new AtomicReference<>();
        world.when(StepName.VERIFY_SCHEMA, () -> suspended.set(BackupCronJob.suspended(world)));
        world.startOperator();
        world.applyMigrator("back");

        SourcegraphDowngrade ended = world.awaitEnd("back");

        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(suspended).hasValue(true);
        assertThat(world.workloads())
                .containsEntry("HorizontalPodAutoscaler/frontend", autoscalerBefore)
                .containsEntry("CronJob/backup", backupBefore)
                .containsEntry("Deployment/queue", strangerBefore);
        assertThat(world.operatorWrites())
                .noneSatisfy(write -> assertThat(write.name()).isEqualTo("queue"));
        assertThat(world.replicas("sourcegraph-frontend")).isEqualTo(2);
        assertThat(ended.getStatus().plan().warnings())
                .anyMatch(warning -> warning.contains("HorizontalPodAutoscaler"));
    }

    @Test
    void areAsBeforeAfterACancelToo() {
        autoscaler();
        BackupCronJob.create(world);
        var before = world.workloads();
        world.when(StepName.MIGRATE, () -> world.patch("back", "{\"spec\":{\"cancel\":true}}"));
        world.startOperator();
        world.applyMigrator("back");

        SourcegraphDowngrade ended = world.awaitEnd("back");

        assertThat(DowngradeWorld.condition(ended, "Failed").getReason()).isEqualTo("Cancelled");
        assertThat(world.workloads()).isEqualTo(before);
    }

    /** A Job that somebody started by hand, and that has not ended, is stopped and then started again. */
    @Test
    void aJobThatRunsIsSuspendedForTheTimeBeing() {
        ReindexJob.start(world);
        AtomicReference<Boolean> suspended = new AtomicReference<>();
        world.when(StepName.MIGRATE, () -> suspended.set(suspended()));
        world.startOperator();
        world.applyMigrator("back");

        SourcegraphDowngrade ended = world.awaitEnd("back");

        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        assertThat(suspended).hasValue(true);
        assertThat(Boolean.TRUE.equals(suspended())).isFalse();
    }

    private Boolean suspended() {
        return world.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(world.namespace())
                .withName(ReindexJob.NAME)
                .get()
                .getSpec()
                .getSuspend();
    }
}
