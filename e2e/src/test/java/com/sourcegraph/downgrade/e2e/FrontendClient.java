package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;

/** A user of an instance: a pod that asks the frontend's Service twenty times a second, and what it saw. */
final class FrontendClient {
    private static final String NAME = "client";

    /** It says something every second, and waits for an answer for two. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

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
                    # Without a share of its own it waits for everybody else's work, and takes that for an answer that is late.
                    resources: {requests: {cpu: 500m, memory: 100Mi}}
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

    /** Answers that are none, since it was answered first. */
    List<String> failures() {
        return lines().stream()
                .dropWhile(line -> !line.contains(" frontend "))
                .filter(line -> line.contains(" FAILED "))
                .toList();
    }

    /** Fails where it has not asked all the time: it has begun anew, and with it its log, or was silent for a while. */
    void assertAskedThroughout() {
        assertThat(cluster.client()
                        .pods()
                        .inNamespace(namespace)
                        .withName(NAME)
                        .get()
                        .getStatus()
                        .getContainerStatuses())
                .singleElement()
                .satisfies(status -> assertThat(status.getRestartCount()).isZero());
        List<String> lines = lines();
        assertThat(lines.get(0).split(" ")[1])
                .as("requests at the log's first line")
                .isEqualTo("1");
        for (int i = 1; i < lines.size(); i++) {
            assertThat(Duration.between(instant(lines.get(i - 1)), instant(lines.get(i))))
                    .as("between " + lines.get(i - 1) + " and " + lines.get(i))
                    .isLessThan(SILENCE);
        }
    }

    private static Instant instant(String line) {
        return Instant.parse(line.substring(0, line.indexOf(' ')));
    }

    String last() {
        List<String> lines = lines();
        return lines.get(lines.size() - 1);
    }
}
