package com.sourcegraph.downgrade.run;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

/** A CronJob that dumps the databases: part of the instance, and in no manifest of a release. */
final class BackupCronJob {

    static final String NAME = "backup";

    private BackupCronJob() {}

    static void create(DowngradeWorld world) {
        world.client()
                .resource(world.client().getKubernetesSerialization().unmarshal("""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: backup, labels: {deploy: sourcegraph}}
                spec:
                  schedule: "0 3 * * *"
                  jobTemplate:
                    spec:
                      template:
                        spec:
                          restartPolicy: Never
                          containers:
                          - name: dump
                            image: index.docker.io/sourcegraph/postgres-12-alpine:5.0.6
                            command: [pg_dumpall]
                            env:
                            - {name: PGHOST, value: pgsql}
                """, GenericKubernetesResource.class))
                .inNamespace(world.namespace())
                .create();
    }

    static boolean suspended(DowngradeWorld world) {
        return Boolean.TRUE.equals(world.client()
                .batch()
                .v1()
                .cronjobs()
                .inNamespace(world.namespace())
                .withName(NAME)
                .get()
                .getSpec()
                .getSuspend());
    }
}
