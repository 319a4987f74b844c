package com.sourcegraph.downgrade.e2e;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A user of an instance: a pod that asks the frontend's Service twenty times a second, and what it saw. */
final class FrontendClient {
    private static final String NAME = "client";

    private final GivenCluster cluster;
    private final String namespace;

    /** Starts it and waits for the first answer. */
    FrontendClient(InstalledInstance instance) {
        cluster = instance.cluster();
        namespace = instance.namespace();
        cluster.kubectlWith("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: client
                    image: index.docker.io/sourcegraph/client:1
                    imagePullPolicy: IfNotPresent
                    args: ["http://sourcegraph-frontend:30080/"]
                """.formatted(NAME, namespace), "apply", "--filename=-");
        cluster.kubectl("wait", "pod/" + NAME, "--for=condition=Ready", "--timeout=2m", "--namespace=" + namespace);
        Awaitility.await("the client is answered")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> lines().stream().anyMatch(line -> line.contains(" frontend ")));
    }

    /** Changes of what is answered, oldest first: instant, requests, failed, answer. */
    List<String> lines() {
        String log =
                cluster.client().pods().inNamespace(namespace).withName(NAME).getLog();
        return log == null ? List.of() : log.lines().toList();
    }

    /** Answers that are none. */
    List<String> failures() {
        return lines().stream().filter(line -> line.contains(" FAILED ")).toList();
    }

    String last() {
        List<String> lines = lines();
        return lines.get(lines.size() - 1);
    }
}
