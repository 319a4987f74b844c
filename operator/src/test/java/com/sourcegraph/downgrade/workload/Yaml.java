package com.sourcegraph.downgrade.workload;

/** Short ways to write the objects of crafted instances. */
final class Yaml {
    private Yaml() {}

    /** A Deployment of the instance: labelled {@code deploy: sourcegraph}, one container. */
    static String deployment(String name, String image, String... containerLines) {
        return workload("Deployment", name, "app: " + name + ", deploy: sourcegraph", image, containerLines);
    }

    /** A Deployment that has nothing to do with the instance but for what the arguments say. */
    static String stranger(String name, String podLabels, String image, String... containerLines) {
        return workload("Deployment", name, podLabels, image, containerLines);
    }

    static String workload(String kind, String name, String podLabels, String image, String... containerLines) {
        return """
                apiVersion: apps/v1
                kind: %s
                metadata: {name: %s}
                spec:
                  replicas: 1
                  selector: {matchLabels: {%s}}
                  template:
                    metadata: {labels: {%s}}
                    spec:
                      containers:
                      - name: main
                        image: %s
                %s""".formatted(kind, name, podLabels, podLabels, image, lines(8, containerLines));
    }

    static String cronJob(String name, String image, String... containerLines) {
        return """
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: %s}
                spec:
                  schedule: "0 3 * * *"
                  jobTemplate:
                    spec:
                      template:
                        spec:
                          containers:
                          - name: main
                            image: %s
                %s""".formatted(name, image, lines(12, containerLines));
    }

    static String job(String name, String extraMetadata, String podLabels, String image) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: %s%s}
                spec:
                  template:
                    metadata: {labels: {%s}}
                    spec:
                      containers:
                      - {name: main, image: %s}
                """.formatted(name, extraMetadata, podLabels, image);
    }

    static String pod(String name, String extraMetadata, String image, String status) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s%s}
                spec:
                  nodeName: node-1
                  containers:
                  - {name: main, image: %s}
                status: {%s}
                """.formatted(name, extraMetadata, image, status);
    }

    static String ownedBy(String kind, String name) {
        return ", ownerReferences: [{apiVersion: v1, kind: %s, name: %s, uid: u, controller: true}]"
                .formatted(kind, name);
    }

    private static String lines(int indent, String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(" ".repeat(indent)).append(line).append('\n');
        }
        return text.toString();
    }
}
