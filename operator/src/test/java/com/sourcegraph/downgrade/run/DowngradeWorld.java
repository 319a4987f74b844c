package com.sourcegraph.downgrade.run;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.instance.InstanceInstaller;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.service.SourcegraphPrograms;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** An instance on the in-memory cluster with its databases, and an operator that can be started, closed and killed. */
final class DowngradeWorld implements AutoCloseable {

    /** Generous: a whole run takes a second or two, on a busy machine a few more. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final InstanceDatabases databases;
    private final SourcegraphPrograms programs;
    private final InMemoryCluster cluster;
    private final KubernetesClient client;
    private final String namespace;
    private final ReleaseManifests target;
    private Optional<DowngradeOperator> operator = Optional.empty();
    private Optional<KubernetesClient> operatorClient = Optional.empty();

    DowngradeWorld(String release, ReleaseManifests current, ReleaseManifests target) {
        this.databases = InstanceDatabases.at(release);
        this.programs = new SourcegraphPrograms(databases);
        this.cluster = InMemoryCluster.builder()
                .programs(programs)
                .customResourceDefinition(definition())
                .start();
        this.client = cluster.client();
        this.namespace = current.namespace().isEmpty() ? "sourcegraph" : current.namespace();
        this.target = target.connectedTo(databases.environment());
        new InstanceInstaller(client)
                .install(current.connectedTo(databases.environment()).without("PodSecurityPolicy"), namespace);
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("sourcegraph-downgrade")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("target")
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToData("manifests.yaml", this.target.yaml())
                        .build())
                .create();
        awaitReady();
    }

    private static String definition() {
        Path crd = Path.of("crds", "sourcegraphdowngrades.downgrade.sourcegraph.com.yaml");
        try {
            return Files.readString(Files.exists(crd) ? crd : Path.of("..").resolve(crd));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KubernetesClient client() {
        return client;
    }

    InMemoryCluster cluster() {
        return cluster;
    }

    InstanceDatabases databases() {
        return databases;
    }

    SourcegraphPrograms programs() {
        return programs;
    }

    String namespace() {
        return namespace;
    }

    ReleaseManifests target() {
        return target;
    }

    /** Creates a resource with exactly that text as its spec, as kubectl does: the model would write out its defaults. */
    void apply(String name, String spec) {
        String yaml = """
                apiVersion: downgrade.sourcegraph.com/v1alpha1
                kind: SourcegraphDowngrade
                metadata:
                  name: %s
                  namespace: %s
                spec:
                %s
                """.formatted(name, namespace, spec.indent(2).stripTrailing());
        client.genericKubernetesResources("downgrade.sourcegraph.com/v1alpha1", "SourcegraphDowngrade")
                .inNamespace(namespace)
                .resource(client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
                .create();
    }

    SourcegraphDowngrade get(String name) {
        return client.resources(SourcegraphDowngrade.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    void startOperator() {
        KubernetesClient own = cluster.clientAs("system:serviceaccount:operators:sourcegraph-downgrade-operator");
        DowngradeOperator started = new DowngradeOperator(
                own, new OperatorConfig(Set.of(), Optional.empty(), "operator-0", false, 0), Clock.systemUTC());
        started.start();
        operator = Optional.of(started);
        operatorClient = Optional.of(own);
    }

    void stopOperator() {
        operator.ifPresent(DowngradeOperator::close);
        operator = Optional.empty();
        operatorClient.ifPresent(KubernetesClient::close);
    }

    SourcegraphDowngrade await(String name, Predicate<SourcegraphDowngrade> condition) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(name), resource -> resource != null && condition.test(resource));
    }

    SourcegraphDowngrade awaitEnd(String name) {
        return await(name, resource -> has(resource, "Complete") || has(resource, "Failed"));
    }

    static boolean has(SourcegraphDowngrade resource, String condition) {
        return resource.getStatus() != null
                && resource.getStatus().conditions().stream()
                        .anyMatch(found -> found.getType().equals(condition)
                                && found.getStatus().equals("True"));
    }

    private void awaitReady() {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(this::unready, List::isEmpty);
    }

    List<String> unready() {
        List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
        if (pods.isEmpty()) {
            return List.of("no pods");
        }
        return pods.stream()
                .filter(pod -> pod.getStatus() == null
                        || pod.getStatus().getConditions().stream()
                                .noneMatch(condition -> condition.getType().equals("Ready")
                                        && condition.getStatus().equals("True")))
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    @Override
    public void close() {
        stopOperator();
        cluster.close();
        databases.close();
    }
}
