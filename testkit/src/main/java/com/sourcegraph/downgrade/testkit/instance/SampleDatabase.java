package com.sourcegraph.downgrade.testkit.instance;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.util.ArrayList;
import java.util.List;

/** One of the three databases of a sample release: a StatefulSet with a claim of its own name. */
record SampleDatabase(Release release, String name, String image) {

    /** Releases before that call the ports of two databases otherwise; a port is merged by its number. */
    private static final Release PORT_NAMES = Release.minor(5, 0);

    static List<String> all(Release release) {
        List<String> objects = new ArrayList<>();
        objects.addAll(new SampleDatabase(release, "pgsql", "postgres-12-alpine").objects());
        objects.addAll(new SampleDatabase(release, "codeintel-db", "codeintel-db").objects());
        objects.addAll(new SampleDatabase(release, "codeinsights-db", "codeinsights-db").objects());
        return objects;
    }

    private List<String> objects() {
        String port = release.isAtLeast(PORT_NAMES) ? name : "postgres";
        return List.of(
                SampleWorkload.claimObject(name, "200Gi"),
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  labels:
                    app.kubernetes.io/component: %1$s
                    deploy: sourcegraph
                  name: %1$s-conf
                  namespace: %2$s
                data:
                  postgresql.conf: |
                    listen_addresses = '*'
                    max_connections = 100
                """.formatted(name, SampleRelease.NAMESPACE),
                SampleWorkload.serviceObject(name, port, 5432),
                """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata:
                  labels:
                    app.kubernetes.io/component: %1$s
                    deploy: sourcegraph
                  name: %1$s
                  namespace: %2$s
                spec:
                  replicas: 1
                  revisionHistoryLimit: 10
                  selector:
                    matchLabels:
                      app: %1$s
                  serviceName: %1$s
                  template:
                    metadata:
                      labels:
                        app: %1$s
                        deploy: sourcegraph
                        group: backend
                    spec:
                      containers:
                      - name: %1$s
                        image: %3$s
                        ports:
                        - name: %5$s
                          containerPort: 5432
                        readinessProbe:
                          exec:
                            command: [/ready.sh]
                        resources:
                          limits:
                            cpu: "4"
                            memory: 4G
                          requests:
                            cpu: 100m
                            memory: 250M
                        volumeMounts:
                        - mountPath: /data
                          name: disk
                        - mountPath: /conf
                          name: conf
                      - name: exporter
                        image: %4$s
                        env:
                        - name: DATA_SOURCE_NAME
                          value: postgres://sg:@localhost:5432/?sslmode=disable
                      securityContext:
                        fsGroup: 999
                        runAsUser: 999
                      terminationGracePeriodSeconds: 120
                      volumes:
                      - name: disk
                        persistentVolumeClaim:
                          claimName: %1$s
                      - name: conf
                        configMap:
                          defaultMode: 511
                          name: %1$s-conf
                  updateStrategy:
                    type: RollingUpdate
                """.formatted(
                                name,
                                SampleRelease.NAMESPACE,
                                SampleImage.of(image, release),
                                SampleImage.of("postgres_exporter", release),
                                port));
    }
}
