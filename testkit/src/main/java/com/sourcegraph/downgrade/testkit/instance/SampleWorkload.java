package com.sourcegraph.downgrade.testkit.instance;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.util.ArrayList;
import java.util.List;

/** One workload of a sample release, with its Service and its claim. Says what it is, then gives its objects as YAML. */
final class SampleWorkload {

    private final Release release;
    private final String name;
    private String image;
    private String kind = "Deployment";
    private Integer replicas = 1;
    private boolean recreated;
    private boolean service;
    private String claimPath = "";
    private String claimTemplate = "";
    private String storage = "";
    private String portName = "";
    private int port;
    private String probe = "";
    private final List<String> env = new ArrayList<>();

    SampleWorkload(Release release, String name) {
        this.release = release;
        this.name = name;
        this.image = name;
    }

    SampleWorkload image(String base) {
        image = base;
        return this;
    }

    /** A StatefulSet with a claim for each pod. */
    SampleWorkload stateful(String template, String size) {
        kind = "StatefulSet";
        claimTemplate = template;
        storage = size;
        return this;
    }

    SampleWorkload onEachNode() {
        kind = "DaemonSet";
        replicas = null;
        return this;
    }

    /** {@code null} leaves it to whoever scales. */
    SampleWorkload replicas(Integer count) {
        replicas = count;
        return this;
    }

    /** Its volume takes one pod at a time. */
    SampleWorkload recreated() {
        recreated = true;
        return this;
    }

    /** With a claim of its own name. */
    SampleWorkload claim(String path, String size) {
        claimPath = path;
        storage = size;
        return this;
    }

    SampleWorkload service() {
        service = true;
        return this;
    }

    SampleWorkload port(String called, int number) {
        portName = called;
        port = number;
        return this;
    }

    SampleWorkload env(String variable, String value) {
        env.add("- name: " + variable + "\n  value: " + value);
        return this;
    }

    SampleWorkload tcpProbe() {
        probe = """
                readinessProbe:
                  initialDelaySeconds: 5
                  tcpSocket:
                    port: %s
                """.formatted(portName);
        return this;
    }

    SampleWorkload execProbe() {
        probe = """
                readinessProbe:
                  initialDelaySeconds: 10
                  exec:
                    command: [/bin/sh, -c, redis-cli ping]
                """;
        return this;
    }

    List<String> objects() {
        List<String> objects = new ArrayList<>();
        if (!claimPath.isEmpty()) {
            objects.add(claimObject(name, storage));
        }
        if (service) {
            objects.add(serviceObject(name, portName, port));
        }
        objects.add(workload());
        return objects;
    }

    static String claimObject(String name, String storage) {
        return """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata:
                  labels:
                    app.kubernetes.io/component: %1$s
                    deploy: sourcegraph
                  name: %1$s
                  namespace: %2$s
                spec:
                  accessModes: [ReadWriteOnce]
                  resources:
                    requests:
                      storage: %3$s
                """.formatted(name, SampleRelease.NAMESPACE, storage);
    }

    static String serviceObject(String name, String portName, int port) {
        return """
                apiVersion: v1
                kind: Service
                metadata:
                  labels:
                    app: %1$s
                    app.kubernetes.io/component: %1$s
                    deploy: sourcegraph
                  name: %1$s
                  namespace: %2$s
                spec:
                  ports:
                  - name: %3$s
                    port: %4$d
                    targetPort: %3$s
                  selector:
                    app: %1$s
                  type: ClusterIP
                """.formatted(name, SampleRelease.NAMESPACE, portName, port);
    }

    private String workload() {
        StringBuilder text = new StringBuilder("""
                apiVersion: apps/v1
                kind: %1$s
                metadata:
                  labels:
                    app.kubernetes.io/component: %2$s
                    deploy: sourcegraph
                  name: %2$s
                  namespace: %3$s
                spec:
                  revisionHistoryLimit: 10
                  selector:
                    matchLabels:
                      app: %2$s
                """.formatted(kind, name, SampleRelease.NAMESPACE));
        if (replicas != null) {
            text.append("  replicas: ").append(replicas).append('\n');
        }
        if (recreated) {
            text.append("  strategy:\n    type: Recreate\n");
        }
        if (kind.equals("StatefulSet")) {
            text.append("  serviceName: ").append(name).append('\n');
            text.append("  volumeClaimTemplates:\n").append(template().indent(2));
        }
        text.append(pod().indent(2));
        return text.toString();
    }

    private String template() {
        return """
                - metadata:
                    name: %s
                  spec:
                    accessModes: [ReadWriteOnce]
                    resources:
                      requests:
                        storage: %s
                """.formatted(claimTemplate, storage);
    }

    private String pod() {
        StringBuilder text = new StringBuilder("""
                template:
                  metadata:
                    labels:
                      app: %1$s
                      deploy: sourcegraph
                  spec:
                    securityContext:
                      fsGroup: 101
                      runAsUser: 100
                """.formatted(name));
        if (!claimPath.isEmpty()) {
            text.append("""
                    volumes:
                    - name: data
                      persistentVolumeClaim:
                        claimName: %s
                    """.formatted(name).indent(4));
        }
        text.append("    containers:\n").append(container().indent(4));
        return text.toString();
    }

    private String container() {
        StringBuilder text = new StringBuilder("""
                - name: %1$s
                  image: %2$s
                  env:
                  - name: POD_NAME
                    valueFrom:
                      fieldRef:
                        fieldPath: metadata.name
                """.formatted(name, SampleImage.of(image, release)));
        env.forEach(variable -> text.append(variable.indent(2)));
        text.append("""
                ports:
                - name: %s
                  containerPort: %d
                resources:
                  limits:
                    cpu: "1"
                    memory: 500M
                  requests:
                    cpu: 100m
                    memory: 250M
                terminationMessagePolicy: FallbackToLogsOnError
                """.formatted(portName, port).indent(2));
        text.append(probe.indent(2));
        String mounted = claimPath.isEmpty() ? claimTemplate : "data";
        if (!mounted.isEmpty()) {
            text.append("volumeMounts:\n- name: %s\n  mountPath: %s\n"
                    .formatted(mounted, claimPath.isEmpty() ? "/data" : claimPath)
                    .indent(2));
        }
        return text.toString();
    }
}
