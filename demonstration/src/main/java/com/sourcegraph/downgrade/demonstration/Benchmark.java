package com.sourcegraph.downgrade.demonstration;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestBreakdown;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Measures what is ours: start to first reconcile, resident memory, processor time, and the API requests of one whole run on
 * an instance with 18 workloads. The operator runs as a process of its own with the options of its image; the cluster is the
 * in-memory one, so that its answers take next to no time.
 */
public final class Benchmark {

    private static final int MANY = 1_000;
    private static final Duration SETTLED = Duration.ofSeconds(12);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final DemonstrationCluster cluster;
    private final Path folder;

    private Benchmark(DemonstrationCluster cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("sourcegraph-downgrade-bench");
        System.setProperty("demonstration.log", folder.resolve("cluster.log").toString());
        try (DemonstrationCluster cluster = DemonstrationCluster.start()) {
            new Benchmark(cluster, folder).run();
        }
        System.exit(0);
    }

    private void run() throws IOException {
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(kubeconfig, cluster.operatorKubeconfig());
        Path archive = folder.resolve("operator.jsa");
        // The image has its class-data archive made when it is built; here a first life makes it.
        String first = applyPlanOnly("archive");
        try (OperatorProcess life = start(kubeconfig, archive)) {
            await(() -> seen(first));
        }
        delete(first);
        startAndRest(kubeconfig, archive);
        wholeRun(kubeconfig, archive);
        many(kubeconfig, archive);
        say("logs", folder.toString());
    }

    private void startAndRest(Path kubeconfig, Path archive) throws IOException {
        String waiting = applyPlanOnly("first");
        try (OperatorProcess operator = start(kubeconfig, archive)) {
            await(() -> seen(waiting));
            say("start to first reconcile", operator.age().toMillis() + " ms");
            say("processor time until then", operator.processorTime().toMillis() + " ms");
            delete(waiting);
            await(() -> cluster.get(waiting) == null);
            rest();
            say("resident memory, idle", operator.residentMiB() + " MiB");
        }
    }

    private void wholeRun(Path kubeconfig, Path archive) throws IOException {
        try (OperatorProcess operator = start(kubeconfig, archive)) {
            rest();
            RequestBreakdown requests = cluster.countRequests("back-to-4-0");
            String name = cluster.apply(Files.readString(Path.of("examples", "smallest.yaml")));
            await(() -> cluster.get(name) != null
                    && cluster.get(name).getStatus() != null
                    && cluster.get(name).getStatus().finishedAt() != null);
            SourcegraphDowngrade ended = cluster.get(name);
            say("whole run", ended.getStatus().phase() + " in " + took(ended));
            for (StepStatus step : ended.getStatus().steps()) {
                if (step.startedAt() != null && step.name() != StepName.APPROVAL) {
                    say("  " + step.name().label(), seconds(step.startedAt(), step.finishedAt()));
                }
            }
            say("API requests of the whole run", Integer.toString(requests.count()));
            System.out.println(requests.table());
            say("resident memory after it", operator.residentMiB() + " MiB");
            delete(name);
        }
    }

    private void many(Path kubeconfig, Path archive) throws IOException {
        for (int i = 0; i < MANY; i++) {
            String namespace = "many-" + i;
            cluster.client()
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
            cluster.apply(planOnly("waiting", namespace, "suspend: true"));
        }
        try (OperatorProcess operator = start(kubeconfig, archive)) {
            await(() ->
                    cluster.client().resources(SourcegraphDowngrade.class).inAnyNamespace().list().getItems().stream()
                                    .filter(resource -> resource.getStatus() != null)
                                    .count()
                            >= MANY);
            say(
                    MANY + " resources, start to the last first status",
                    operator.age().toMillis() + " ms");
            rest();
            say("resident memory with " + MANY + " resources", operator.residentMiB() + " MiB");
        }
    }

    private String applyPlanOnly(String name) {
        return cluster.apply(planOnly(name, cluster.namespace(), "suspend: true"));
    }

    private static String planOnly(String name, String namespace, String more) {
        return """
                apiVersion: downgrade.sourcegraph.com/v1alpha1
                kind: SourcegraphDowngrade
                metadata:
                  name: %s
                  namespace: %s
                spec:
                  to: v4.0.1
                  mode: Plan
                  %s
                  manifests:
                    configMapRef:
                      name: sourcegraph-v4.0.1
                """.formatted(name, namespace, more);
    }

    private OperatorProcess start(Path kubeconfig, Path archive) throws IOException {
        return OperatorProcess.start(kubeconfig, archive, folder.resolve("operator.log"));
    }

    private boolean seen(String name) {
        SourcegraphDowngrade resource = cluster.get(name);
        return resource != null && resource.getStatus() != null;
    }

    private void delete(String name) {
        cluster.client()
                .resources(SourcegraphDowngrade.class)
                .inNamespace(cluster.namespace())
                .withName(name)
                .delete();
    }

    private static String took(SourcegraphDowngrade ended) {
        return seconds(ended.getStatus().startedAt(), ended.getStatus().finishedAt());
    }

    private static String seconds(String from, String to) {
        return Duration.between(Instant.parse(from), Instant.parse(to)).toSeconds() + " s";
    }

    private static void await(BooleanSupplier condition) {
        Instant until = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(until)) {
                throw new IllegalStateException("What the benchmark waits for did not happen");
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    /** Until the collector and the compiler have nothing more to do. */
    private static void rest() {
        Instant until = Instant.now().plus(SETTLED);
        while (Instant.now().isBefore(until)) {
            LockSupport.parkUntil(until.toEpochMilli());
        }
    }

    private static void say(String what, String value) {
        System.out.printf("%-48s %s%n", what, value);
        System.out.flush();
    }
}
