package com.sourcegraph.downgrade.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The project's own test cluster, whose components and containers can be killed and frozen. */
final class TestCluster {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String name;

    private TestCluster(String name) {
        this.name = name;
    }

    /** The one that {@code -De2e.testcluster} names; the test is skipped, loudly, where the cluster given is another. */
    static TestCluster given() {
        Optional<TestCluster> found = atHand();
        if (found.isEmpty()) {
            System.err.println(
                    "SKIPPED: what kills and freezes parts of the cluster, or needs the definition for itself, needs the"
                            + " project's own; run e2e/run,"
                            + " or give -De2e.testcluster=NAME with the kubeconfig of testcluster/testcluster --name NAME");
        }
        Assumptions.assumeTrue(found.isPresent(), "the cluster given is not the project's own: -De2e.testcluster");
        return found.get();
    }

    /** The same for a test that can do without. */
    static Optional<TestCluster> atHand() {
        String name = System.getProperty("e2e.testcluster", "");
        boolean same = !name.isEmpty()
                && GivenCluster.kubeconfig()
                        .equals(new TestCluster(name).kubeconfig().map(Path::of));
        return same ? Optional.of(new TestCluster(name)) : Optional.empty();
    }

    private Optional<String> kubeconfig() {
        Command.Result result = command("kubeconfig").run("");
        return result.exitStatus() == 0 ? Optional.of(result.text().strip()) : Optional.empty();
    }

    /** Ends a component without asking it, starts it, and waits until it is healthy. */
    void kill(String component) {
        restart(component, "restart", component, "--kill");
    }

    /** Ends a component as an administrator would, starts it, and waits until it is healthy. */
    void restart(String component) {
        restart(component, "restart", component);
    }

    private void restart(String component, String... words) {
        Instant began = Instant.now();
        call(words);
        if (component.equals("apiserver")) {
            ApiServerRestarts.note(began, Instant.now());
        }
    }

    void freeze(String component) {
        call("signal", component, "STOP");
    }

    void thaw(String component) {
        call("signal", component, "CONT");
    }

    /** Stops every thread of the pod's only container, as a node does that has no time left for it. */
    void freeze(Pod pod) {
        signal(pod, "SIGSTOP");
    }

    void thaw(Pod pod) {
        signal(pod, "SIGCONT");
    }

    /** Ends the pod's only container at any instruction, as a node does that goes down. */
    void kill(Pod pod) {
        signal(pod, "SIGKILL");
    }

    private void signal(Pod pod, String signal) {
        call("exec", "ctr", "tasks", "kill", "--signal", signal, container(pod));
    }

    /** Whether the node still runs the pod's only container, whatever the API server has heard of it. */
    boolean runs(Pod pod) {
        String container = container(pod);
        return call("exec", "ctr", "tasks", "list")
                .lines()
                .anyMatch(line -> line.startsWith(container) && line.contains("RUNNING"));
    }

    private static String container(Pod pod) {
        return pod.getStatus().getContainerStatuses().get(0).getContainerID().replace("containerd://", "");
    }

    /** The API server's notes of requests, a line each, also from the files that were full before. */
    Stream<String> auditLog() {
        return call("logs")
                .lines()
                .filter(file -> file.matches(".*/audit[^/]*"))
                .flatMap(TestCluster::lines);
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String call(String... words) {
        Command command = command(words);
        Command.Result result = command.run("");
        if (result.exitStatus() != 0) {
            throw new AssertionError(command + " ended with status " + result.exitStatus() + ":\n" + result.text());
        }
        return result.text();
    }

    private Command command(String... words) {
        List<String> all = new ArrayList<>(List.of(
                GivenCluster.project().resolve("testcluster/testcluster").toString(), "--name", name));
        all.addAll(List.of(words));
        return new Command(all, Map.of(), PATIENCE);
    }
}
