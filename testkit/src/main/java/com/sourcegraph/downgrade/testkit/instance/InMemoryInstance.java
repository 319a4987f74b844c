package com.sourcegraph.downgrade.testkit.instance;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestBreakdown;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.service.SourcegraphPrograms;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * An instance on an in-memory cluster with its databases, its services and its migrator: all that a downgrade needs but the
 * operator, which whoever has one starts as {@link #OPERATOR}.
 */
public final class InMemoryInstance implements AutoCloseable {

    /** The user as whom the operator's own requests come. */
    public static final String OPERATOR = "system:serviceaccount:operators:sourcegraph-downgrade-operator";

    private static final String VERSION = "downgrade.sourcegraph.com/v1alpha1";
    private static final String KIND = "SourcegraphDowngrade";

    private final InstanceDatabases databases;
    private final SourcegraphPrograms programs;
    private final InMemoryCluster cluster;
    private final KubernetesClient client;
    private final String namespace;

    private InMemoryInstance(
            InstanceDatabases databases, SourcegraphPrograms programs, InMemoryCluster cluster, String namespace) {
        this.databases = databases;
        this.programs = programs;
        this.cluster = cluster;
        this.client = cluster.client();
        this.namespace = namespace;
    }

    /** The databases of that release, and a cluster that knows the product's resource; nothing is installed yet. */
    public static InMemoryInstance of(
            String release, String namespace, UnaryOperator<InMemoryCluster.Builder> settings) {
        InstanceDatabases databases = InstanceDatabases.at(release);
        SourcegraphPrograms programs = new SourcegraphPrograms(databases);
        InMemoryCluster cluster = settings.apply(InMemoryCluster.builder()
                        .programs(programs)
                        .customResourceDefinition(DowngradeDefinition.yaml()))
                .start();
        return new InMemoryInstance(databases, programs, cluster, namespace);
    }

    /** Installs these manifests, connected to the databases, and the account in whose name the operator writes. */
    public void install(ReleaseManifests manifests) {
        new InstanceInstaller(client).install(manifests.connectedTo(databases.environment()), namespace);
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("sourcegraph-downgrade")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    /** Lays the manifests of another release, connected to the databases, into a ConfigMap; gives them back as they are there. */
    public ReleaseManifests offer(ReleaseManifests manifests, String configMap, String key) {
        ReleaseManifests connected = manifests.connectedTo(databases.environment());
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(configMap)
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToData(key, connected.yaml())
                        .build())
                .create();
        return connected;
    }

    /** Returns when every pod that the workloads ask for is there, and every pod is ready. */
    public void awaitReady(Duration atMost) {
        int asked = replicas();
        CompletableFuture<List<Pod>> ready = client.pods()
                .inNamespace(namespace)
                .informOnCondition(pods -> pods.size() >= asked && pods.stream().allMatch(Readiness::isPodReady));
        try {
            ready.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException(
                    "The instance has not come up within " + atMost + ": " + asked
                            + " pods are asked for, not ready are " + notReady(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the instance came up", e);
        } finally {
            ready.cancel(true);
        }
    }

    private int replicas() {
        IntStream deployments = client.apps().deployments().inNamespace(namespace).list().getItems().stream()
                .mapToInt(deployment -> deployment.getSpec().getReplicas());
        IntStream statefulSets = client.apps().statefulSets().inNamespace(namespace).list().getItems().stream()
                .mapToInt(statefulSet -> statefulSet.getSpec().getReplicas());
        return IntStream.concat(deployments, statefulSets).sum();
    }

    private List<String> notReady() {
        return client.pods().inNamespace(namespace).list().getItems().stream()
                .filter(pod -> !Readiness.isPodReady(pod))
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    /** Creates a resource from exactly that text, as kubectl does; gives back its name. */
    public String apply(String yaml) {
        GenericKubernetesResource resource =
                client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
        client.genericKubernetesResources(resource.getApiVersion(), resource.getKind())
                .inNamespace(resource.getMetadata().getNamespace())
                .resource(resource)
                .create();
        return resource.getMetadata().getName();
    }

    /** Counts from now on what the operator asks, also in its instance's name, by the steps of that resource. */
    public RequestBreakdown countRequests(String name) {
        RequestBreakdown breakdown =
                new RequestBreakdown(request -> request.user().equals(OPERATOR), () -> currentStep(name));
        cluster.onRequest(breakdown);
        return breakdown;
    }

    private String currentStep(String name) {
        GenericKubernetesResource resource = client.genericKubernetesResources(VERSION, KIND)
                .inNamespace(namespace)
                .withName(name)
                .get();
        String step = resource == null ? null : resource.get("status", "currentStep");
        return step == null ? "" : step;
    }

    public InstanceDatabases databases() {
        return databases;
    }

    public SourcegraphPrograms programs() {
        return programs;
    }

    public InMemoryCluster cluster() {
        return cluster;
    }

    /** Of whoever installs and looks on: may do everything. */
    public KubernetesClient client() {
        return client;
    }

    public String namespace() {
        return namespace;
    }

    @Override
    public void close() {
        cluster.close();
        databases.close();
    }
}
