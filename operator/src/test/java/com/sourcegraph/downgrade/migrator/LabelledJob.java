package com.sourcegraph.downgrade.migrator;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;

/** A Job in namespace {@code default} with the labels of the run whose uid is {@code uid}, whoever made it and however it is named. */
public final class LabelledJob {
    private LabelledJob() {}

    public static void create(KubernetesClient client, String name, String kind, int attempt) {
        client.resource(Serialization.unmarshal(
                        """
                        apiVersion: batch/v1
                        kind: Job
                        metadata:
                          name: %s
                          namespace: default
                          labels: {%s: uid, %s: %s, %s: "%d"}
                        spec:
                          suspend: true
                          template: {spec: {restartPolicy: Never, containers: [{name: main, image: migrator}]}}
                        """.formatted(
                                        name,
                                        MigratorLabels.RUN_UID,
                                        MigratorLabels.JOB,
                                        kind,
                                        MigratorLabels.ATTEMPT,
                                        attempt),
                        Job.class))
                .create();
    }
}
