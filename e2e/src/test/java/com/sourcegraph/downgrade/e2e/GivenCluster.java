package com.sourcegraph.downgrade.e2e;

import com.sourcegraph.downgrade.testkit.cluster.GivenKubeconfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The cluster that tests run on, as its administrator sees it. */
final class GivenCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path kubeconfig;
    private final KubernetesClient client;

    GivenCluster() {
        kubeconfig = kubeconfig().orElseThrow();
        client = new KubernetesClientBuilder()
                .withConfig(new GivenKubeconfig(kubeconfig).config())
                .build();
    }

    static Optional<Path> kubeconfig() {
        return Optional.ofNullable(System.getProperty("e2e.kubeconfig"))
                .filter(name -> !name.isBlank())
                .map(Path::of);
    }

    /** The project's folder, wherever the tests are started. */
    static Path project() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("helm")) ? here : here.getParent();
    }

    KubernetesClient client() {
        return client;
    }

    /** An operator of the tests would carry out what people have asked for on a cluster of theirs, beside their own operator. */
    void refuseWhereSomebodyDowngrades() {
        if (TestCluster.atHand().isPresent()) {
            return;
        }
        String place =
                "--output=jsonpath={range .items[*]}{.metadata.namespace} {.kind} {.metadata.name}{\"\\n\"}{end}";
        String downgrades =
                tryKubectl("get", "sourcegraphdowngrades.downgrade.sourcegraph.com", "--all-namespaces", place);
        if (downgrades.contains("the server doesn't have a resource type")) {
            downgrades = "";
        }
        String operators = kubectl(
                "get",
                "deployments",
                "--all-namespaces",
                "--selector=app.kubernetes.io/name=sourcegraph-downgrade-operator",
                place);
        List<String> found = Stream.of(downgrades, operators)
                .flatMap(String::lines)
                .filter(line -> !line.startsWith("e2e-"))
                .toList();
        if (!found.isEmpty()) {
            throw new IllegalStateException("The cluster of " + kubeconfig + " has what is not these tests': " + found
                    + ". The operator under test would act beside it; give another cluster with -De2e.kubeconfig");
        }
    }

    /** Calls kubectl; fails with what it wrote where it does not succeed. */
    String kubectl(String... words) {
        return kubectlWith("", words);
    }

    /** The same with a text on its standard input. */
    String kubectlWith(String input, String... words) {
        return succeed(command("kubectl", words), input);
    }

    /** Calls a command as it was told to a person. */
    String shell(String text) {
        return succeed(command("bash", "-c", text), "");
    }

    /** Creates a namespace anew, after what a test before has left there is gone. */
    void newNamespace(String name) {
        kubectl("delete", "namespace", name, "--ignore-not-found", "--wait");
        kubectl("create", "namespace", name);
    }

    /** From now on the API server refuses pods in that namespace that do not fit the restricted standard. */
    void restrict(String namespace) {
        kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    }

    /** What kubectl says when it fails; fails itself where it does not. */
    String kubectlFails(String input, String... words) {
        Command command = command("kubectl", words);
        Command.Result result = command.run(input);
        if (result.exitStatus() == 0) {
            throw new AssertionError(command + " should have failed, and wrote:\n" + result.text());
        }
        return result.text();
    }

    /** What {@code kubectl diff} shows of what an apply of that text would change; empty for nothing. */
    String kubectlDiff(String input, String... words) {
        List<String> all = new ArrayList<>(List.of("diff"));
        all.addAll(List.of(words));
        Command command = command("kubectl", all.toArray(String[]::new));
        Command.Result result = command.run(input);
        // 0 says no differences, and may warn; 1 says differences; beyond that it could not tell.
        return switch (result.exitStatus()) {
            case 0 -> "";
            case 1 -> result.text();
            default ->
                throw new AssertionError(command + " ended with status " + result.exitStatus() + ":\n" + result.text());
        };
    }

    /** What kubectl says, whether it succeeds or not. */
    String tryKubectl(String... words) {
        return command("kubectl", words).run("").text();
    }

    /** @param program {@code helm3} or {@code helm4} */
    String helm(String program, String... words) {
        return succeed(command(program, words), "");
    }

    private Command command(String program, String... words) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(List.of(words));
        return new Command(all, Map.of("KUBECONFIG", kubeconfig.toString()), PATIENCE);
    }

    private static String succeed(Command command, String input) {
        Command.Result result = command.run(input);
        if (result.exitStatus() != 0) {
            throw new AssertionError(command + " ended with status " + result.exitStatus() + ":\n" + result.text());
        }
        return result.text();
    }

    @Override
    public void close() {
        client.close();
    }
}
