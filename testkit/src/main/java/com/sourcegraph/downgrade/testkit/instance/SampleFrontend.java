package com.sourcegraph.downgrade.testkit.instance;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.util.List;

/** The frontend of a sample release, with the migrator as init container and the ConfigMap that both are told the databases by. */
final class SampleFrontend {

    private final Release release;

    SampleFrontend(Release release) {
        this.release = release;
    }

    static String environment() {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  labels:
                    app: sourcegraph-frontend
                    app.kubernetes.io/component: frontend
                    deploy: sourcegraph
                  name: sourcegraph-frontend-env
                  namespace: %s
                data:
                  CODEINSIGHTS_PGDATASOURCE: postgres://postgres:password@codeinsights-db:5432/postgres
                  CODEINTEL_PGDATABASE: sg
                  CODEINTEL_PGHOST: codeintel-db
                  CODEINTEL_PGPORT: "5432"
                  CODEINTEL_PGSSLMODE: disable
                  CODEINTEL_PGUSER: sg
                  DEPLOY_TYPE: kustomize
                  PGDATABASE: sg
                  PGHOST: pgsql
                  PGPORT: "5432"
                  PGSSLMODE: disable
                  PGUSER: sg
                  SRC_GIT_SERVERS: "1"
                """.formatted(SampleRelease.NAMESPACE);
    }

    List<String> objects() {
        return List.of(SampleWorkload.serviceObject("sourcegraph-frontend", "http", 30080), """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  annotations:
                    kubectl.kubernetes.io/default-container: frontend
                  labels:
                    app.kubernetes.io/component: frontend
                    deploy: sourcegraph
                  name: sourcegraph-frontend
                  namespace: %s
                spec:
                  minReadySeconds: 10
                  replicas: 2
                  revisionHistoryLimit: 10
                  selector:
                    matchLabels:
                      app: sourcegraph-frontend
                  strategy:
                    rollingUpdate:
                      maxSurge: 2
                      maxUnavailable: 0
                    type: RollingUpdate
                  template:
                    metadata:
                      labels:
                        app: sourcegraph-frontend
                        deploy: sourcegraph
                    spec:
                      initContainers:
                      - name: migrator
                        image: %s
                        args: [up]
                        envFrom:
                        - configMapRef:
                            name: sourcegraph-frontend-env
                        resources:
                          limits:
                            cpu: 500m
                            memory: 100M
                          requests:
                            cpu: 100m
                            memory: 50M
                        securityContext:
                          allowPrivilegeEscalation: false
                          runAsGroup: 101
                          runAsUser: 100
                      containers:
                      - name: frontend
                        image: %s
                        args: [serve]
                        envFrom:
                        - configMapRef:
                            name: sourcegraph-frontend-env
                        ports:
                        - name: http
                          containerPort: 3080
                        - name: http-internal
                          containerPort: 3090
                        - name: debug
                          containerPort: 6060
                        readinessProbe:
                          httpGet:
                            path: /ready
                            port: debug
                          periodSeconds: 5
                        resources:
                          limits:
                            cpu: "4"
                            memory: 8G
                          requests:
                            cpu: 100m
                            memory: 250M
                        terminationMessagePolicy: FallbackToLogsOnError
                      securityContext:
                        fsGroup: 101
                        runAsUser: 100
                """.formatted(
                SampleRelease.NAMESPACE, SampleImage.of("migrator", release), SampleImage.of("frontend", release)));
    }
}
