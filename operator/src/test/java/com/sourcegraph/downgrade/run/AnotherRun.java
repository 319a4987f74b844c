package com.sourcegraph.downgrade.run;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;

/** What a run leaves behind whose resource was let go by hand. */
final class AnotherRun {

    private AnotherRun() {}

    /** Its migrator. The image's name is the administrator's own, and the claim that it waits for is not there. */
    static Job migrator(DowngradeWorld world) {
        return Serialization.unmarshal("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: earlier-downgrade-1, namespace: %s}
                spec:
                  template:
                    metadata:
                      labels:
                        downgrade.sourcegraph.com/run: earlier
                        downgrade.sourcegraph.com/run-uid: 6f1c
                        downgrade.sourcegraph.com/job: downgrade
                    spec:
                      restartPolicy: Never
                      containers: [{name: downgrade, image: "registry.example/tools/back:5.0.6"}]
                      volumes: [{name: never, persistentVolumeClaim: {claimName: not-there}}]
                """.formatted(world.namespace()), Job.class);
    }

    /** The same without a pod. */
    static Job suspendedMigrator(DowngradeWorld world) {
        return new JobBuilder(migrator(world))
                .editSpec()
                .withSuspend(true)
                .endSpec()
                .build();
    }
}
