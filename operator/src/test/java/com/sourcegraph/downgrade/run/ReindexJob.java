package com.sourcegraph.downgrade.run;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

/** Somebody's Job that is under way and connected to the databases: it is suspended for the time of the run. */
final class ReindexJob {

    static final String NAME = "reindex";

    private ReindexJob() {}

    static void start(DowngradeWorld world) {
        world.client()
                .resource(world.client()
                        .getKubernetesSerialization()
                        .unmarshal("""
                        apiVersion: batch/v1
                        kind: Job
                        metadata: {name: %s, labels: {deploy: sourcegraph}}
                        spec:
                          template:
                            metadata: {labels: {deploy: sourcegraph}}
                            spec:
                              restartPolicy: Never
                              containers:
                              - name: worker
                                image: index.docker.io/sourcegraph/worker:5.0.6
                        """.formatted(NAME), GenericKubernetesResource.class))
                .inNamespace(world.namespace())
                .create();
    }
}
