package com.sourcegraph.downgrade.demonstration;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestBreakdown;
import com.sourcegraph.downgrade.testkit.instance.InstanceInstaller;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.service.ServiceSettings;
import com.sourcegraph.downgrade.testkit.service.SourcegraphPrograms;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A sample instance on the in-memory cluster, its databases, the older release's manifests, and the operator. */
final class DemonstrationCluster implements AutoCloseable {

    private static final String OPERATOR = "system:serviceaccount:operators:sourcegraph-downgrade-operator";
    private static final String FROM = "4.5.1";
    private static final String TO = "4.0.1";

    /** Long enough to be seen stopping, short enough to watch. */
    private static final Duration STOP_DELAY = Duration.ofMillis(800);

    private static final Duration READY = Duration.ofSeconds(60);

    private final InstanceDatabases databases;
    private final InMemoryCluster cluster;
    private final KubernetesClient client;
    private Optional<DowngradeOperator> operator = Optional.empty();

    private DemonstrationCluster(InstanceDatabases databases, InMemoryCluster cluster) {
        this.databases = databases;
        this.cluster = cluster;
        this.client = cluster.client();
    }

    /** Brings the instance up; returns when every pod is ready. */
    static DemonstrationCluster start(Path crds) throws IOException, InterruptedException {
        InstanceDatabases databases = InstanceDatabases.at(FROM);
        SourcegraphPrograms programs = new SourcegraphPrograms(databases);
        programs.services(ServiceSettings.brisk().stopDelay(STOP_DELAY));
        InMemoryCluster cluster = InMemoryCluster.builder()
                .programs(programs)
                .customResourceDefinition(
                        Files.readString(crds.resolve("sourcegraphdowngrades.downgrade.sourcegraph.com.yaml")))
                .timeFactor(0.2)
                .start();
        DemonstrationCluster demonstration = new DemonstrationCluster(databases, cluster);
        demonstration.install();
        return demonstration;
    }

    private void install() throws InterruptedException {
        new InstanceInstaller(client)
                .install(SampleRelease.of(FROM).full().connectedTo(databases.environment()), namespace());
        ReleaseManifests target = SampleRelease.of(TO).full().connectedTo(databases.environment());
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("sourcegraph-v" + TO)
                        .withNamespace(namespace())
                        .endMetadata()
                        .addToData("sourcegraph.yaml", target.yaml())
                        .build())
                .create();
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("sourcegraph-downgrade")
                        .withNamespace(namespace())
                        .endMetadata()
                        .build())
                .create();
        client.pods()
                .inNamespace(namespace())
                .informOnCondition(
                        pods -> pods.size() >= workloads() && pods.stream().allMatch(DemonstrationCluster::ready))
                .orTimeout(READY.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    void startOperator() {
        DowngradeOperator started = new DowngradeOperator(
                cluster.clientAs(OPERATOR),
                new OperatorConfig(Set.of(), Optional.empty(), "demonstration", false, 0),
                Clock.systemUTC());
        started.start();
        operator = Optional.of(started);
    }

    /** Applies the text as it stands, as kubectl does; gives back the resource's name. */
    String apply(String yaml) {
        GenericKubernetesResource resource =
                client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
        client.genericKubernetesResources(resource.getApiVersion(), resource.getKind())
                .inNamespace(resource.getMetadata().getNamespace())
                .resource(resource)
                .create();
        return resource.getMetadata().getName();
    }

    KubernetesClient client() {
        return client;
    }

    SourcegraphDowngrade get(String name) {
        return client.resources(SourcegraphDowngrade.class)
                .inNamespace(namespace())
                .withName(name)
                .get();
    }

    String release() {
        return FROM;
    }

    String namespace() {
        return SampleRelease.NAMESPACE;
    }

    int workloads() {
        return client.apps()
                        .deployments()
                        .inNamespace(namespace())
                        .list()
                        .getItems()
                        .size()
                + client.apps()
                        .statefulSets()
                        .inNamespace(namespace())
                        .list()
                        .getItems()
                        .size();
    }

    String kubeconfig() {
        return cluster.kubeconfig();
    }

    /** Counts from now on what the operator's process asks, also in its instance's name, by the steps of that resource. */
    RequestBreakdown countRequests(String name) {
        RequestBreakdown breakdown =
                new RequestBreakdown(request -> request.user().equals(OPERATOR), () -> currentStep(name));
        cluster.onRequest(breakdown);
        return breakdown;
    }

    private String currentStep(String name) {
        SourcegraphDowngrade resource = get(name);
        return resource == null
                        || resource.getStatus() == null
                        || resource.getStatus().currentStep() == null
                ? ""
                : resource.getStatus().currentStep().label();
    }

    /** A kubeconfig by which the operator's process is known. */
    String operatorKubeconfig() {
        return cluster.kubeconfig().replace("system:admin", OPERATOR);
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus() != null
                && Optional.ofNullable(pod.getStatus().getConditions()).orElse(List.of()).stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        operator.ifPresent(DowngradeOperator::close);
        cluster.close();
        databases.close();
    }
}
