package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A release of the chart. */
final class InstalledOperator implements AutoCloseable {
    /** Where it is installed when it has a namespace of its own. */
    static final String NAMESPACE = "e2e-operator";

    private static final String RELEASE = "operator";

    private final GivenCluster cluster;
    private final String helm;
    private final String namespace;
    private final boolean own;
    private boolean mayRestart;

    /**
     * Installs and waits until it is ready.
     *
     * @param helm {@code helm3} or {@code helm4}
     * @param values as helm's {@code --set} takes them
     */
    InstalledOperator(GivenCluster cluster, String helm, String namespace, String... values) {
        this(cluster, helm, namespace, chart(), values);
    }

    /** The same from another chart than that of this source. */
    InstalledOperator(GivenCluster cluster, String helm, String namespace, Path chart, String... values) {
        this.cluster = cluster;
        this.helm = helm;
        this.namespace = namespace;
        this.own = namespace.equals(NAMESPACE);
        cluster.refuseWhereSomebodyDowngrades();
        if (own) {
            cluster.newNamespace(namespace);
            cluster.restrict(namespace);
        }
        install(chart, values);
    }

    private static Path chart() {
        return GivenCluster.project().resolve("helm/sourcegraph-downgrade-operator");
    }

    void upgrade(String... values) {
        install(chart(), values);
    }

    private void install(Path chart, String... values) {
        List<String> words = new ArrayList<>(List.of(
                "upgrade",
                "--install",
                RELEASE,
                chart.toString(),
                "--namespace=" + namespace,
                "--create-namespace",
                // The definition outlives a release, and belongs to the one before.
                "--take-ownership",
                "--wait",
                "--timeout=2m"));
        for (String value : values) {
            words.add("--set=" + value);
        }
        cluster.helm(helm, words.toArray(String[]::new));
    }

    List<Pod> pods() {
        return cluster.client()
                .pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/name", "sourcegraph-downgrade-operator")
                .list()
                .getItems();
    }

    /** Kills every pod of it at once, without a chance to end what it does. */
    void kill(TestCluster parts) {
        pods().stream().filter(InstalledOperator::runs).forEach(pod -> kill(parts, pod));
    }

    /**
     * Kills one. A deletion alone would not: also without a grace period the kubelet first asks the process to end, and leaves
     * it a second or two. It makes room for a new pod, which starts without the kubelet's pause after a crash.
     */
    void kill(TestCluster parts, Pod pod) {
        parts.kill(pod);
        cluster.client().resource(pod).withGracePeriod(0).delete();
    }

    private static boolean runs(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .anyMatch(container -> container.getState().getRunning() != null);
    }

    /** From now on it may end of itself: whoever has lost the lease does. */
    void mayRestart() {
        mayRestart = true;
    }

    private List<String> restarted() {
        ApiServerRestarts outages = new ApiServerRestarts();
        return pods().stream()
                .filter(pod -> pod.getStatus().getContainerStatuses().stream()
                        .anyMatch(container -> container.getRestartCount() > 0 && !leaseLost(pod, container, outages)))
                .map(pod -> pod.getMetadata().getName() + ": "
                        + pod.getStatus().getContainerStatuses().get(0).getLastState())
                .toList();
    }

    /** Whoever cannot renew its lease while the API server is away ends itself, as it has to, and says so. */
    private boolean leaseLost(Pod pod, ContainerStatus container, ApiServerRestarts outages) {
        ContainerStateTerminated end = container.getLastState().getTerminated();
        return end != null
                && end.getExitCode() == 1
                && outages.leaseLostAt(Instant.parse(end.getFinishedAt()))
                && cluster.kubectl("logs", pod.getMetadata().getName(), "--previous", "--namespace=" + namespace)
                        .contains("this one ends at once");
    }

    String log() {
        StringBuilder text = new StringBuilder();
        for (Pod pod : pods()) {
            text.append(cluster.client().pods().resource(pod).getLog());
        }
        return text.toString();
    }

    /** Also of containers that ended before, which an outage of the API server can make them do. */
    String wholeLog() {
        return new Evidence(cluster).operatorLog(namespace);
    }

    /** The definition stays, as users have it. Fails where the operator died of something that no test did to it. */
    @Override
    public void close() {
        new Evidence(cluster).ofOperator(namespace);
        List<String> restarted = restarted();
        String log = wholeLog();
        uninstall();
        assertThat(log).as("whatever the test was of").doesNotContain("password");
        if (!mayRestart) {
            assertThat(restarted).as("operators that died").isEmpty();
        }
    }

    private void uninstall() {
        cluster.helm(helm, "uninstall", RELEASE, "--namespace=" + namespace, "--wait");
        if (own) {
            cluster.kubectl("delete", "namespace", namespace, "--wait=false");
        }
    }
}
