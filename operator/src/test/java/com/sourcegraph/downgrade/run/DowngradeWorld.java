package com.sourcegraph.downgrade.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.migrator.MigratorLabels;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestBreakdown;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.instance.InstanceInstaller;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.service.SourcegraphPrograms;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An instance on the in-memory cluster with its databases, and an operator that can be started, closed and killed. */
final class DowngradeWorld implements AutoCloseable {

    /** Generous: a whole run takes a second or two, on a busy machine a few more. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    static final String OPERATOR = "system:serviceaccount:operators:sourcegraph-downgrade-operator";

    private static final String FINALIZER = "downgrade.sourcegraph.com/finalizer";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger NUDGES = new AtomicInteger();

    private final InstanceDatabases databases;
    private final SourcegraphPrograms programs;
    private final InMemoryCluster cluster;
    private final KubernetesClient client;
    private final String namespace;
    private final ReleaseManifests target;
    private Optional<DowngradeOperator> operator = Optional.empty();
    private Optional<KubernetesClient> operatorClient = Optional.empty();
    private final AdvancingClock clock = new AdvancingClock();
    private final Rights rights = new Rights();

    /** A small instance: quick, and with everything that a run of the migrator treats. */
    static DowngradeWorld small(String from, String to) {
        return new DowngradeWorld(
                from, SampleRelease.of(from).small(), SampleRelease.of(to).small());
    }

    DowngradeWorld(String release, ReleaseManifests current, ReleaseManifests target) {
        this.databases = InstanceDatabases.at(release);
        this.programs = new SourcegraphPrograms(databases);
        this.cluster = InMemoryCluster.builder()
                .programs(programs)
                .accessPolicy(rights)
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

    /** What the operator's clock says; moving it on does not wake the operator. */
    AdvancingClock clock() {
        return clock;
    }

    /** Who may do what; everybody everything until something is taken away. */
    Rights rights() {
        return rights;
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

    /** A resource that runs the migrator, with more lines of spec. */
    void applyMigrator(String name, String... more) {
        apply(
                name,
                "strategy: Migrator\nto: v" + targetRelease() + "\nmanifests: {configMapRef: {name: target}}\n"
                        + String.join("\n", more));
    }

    private String targetRelease() {
        String image = target.objects().stream()
                .filter(object -> object.at("/metadata/name").asText().equals("sourcegraph-frontend")
                        && object.path("kind").asText().equals("Deployment"))
                .findFirst()
                .orElseThrow()
                .at("/spec/template/spec/containers/0/image")
                .asText();
        return image.replaceAll(".*/frontend:([0-9.]+).*", "$1");
    }

    /** What {@code kubectl patch --type=merge} does to the resource. */
    void patch(String name, String json) {
        client.genericKubernetesResources("downgrade.sourcegraph.com/v1alpha1", "SourcegraphDowngrade")
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    void delete(String name) {
        client.resources(SourcegraphDowngrade.class)
                .inNamespace(namespace)
                .withName(name)
                .withGracePeriod(0)
                .delete();
    }

    /** Changes something that the operator watches, so that it looks again now and not only when its next look is due. */
    void nudge() {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName("syntect-server")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"nudge\":\"" + NUDGES.incrementAndGet() + "\"}}}");
    }

    /** The ConfigMap with the target manifests gets another text. */
    void putTarget(String yaml) {
        client.configMaps().inNamespace(namespace).withName("target").edit(map -> {
            map.getData().put("manifests.yaml", yaml);
            return map;
        });
    }

    /** The first time that the stored status shows this step as running, before the operator hears of its own write. */
    void when(StepName step, Runnable deed) {
        AtomicBoolean done = new AtomicBoolean();
        cluster.onRequest(new RequestHook() {
            @Override
            public void afterCommit(RequestRecord request) {
                if (request.resource().equals("sourcegraphdowngrades")
                        && request.subresource().equals("status")
                        && request.responseCode() < 300
                        && running(get(request.name()), step)
                        && done.compareAndSet(false, true)) {
                    deed.run();
                }
            }
        });
    }

    static boolean running(SourcegraphDowngrade resource, StepName step) {
        return resource != null
                && resource.getStatus() != null
                && resource.getStatus().steps().stream()
                        .anyMatch(line -> line.name() == step && line.state() == StepState.RUNNING);
    }

    /** Counts the operator's requests from now on, by the steps of that resource. */
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

    /** What the operator wrote so far beside its resources and their events. */
    List<RequestRecord> operatorWrites() {
        return cluster.requests().writes().stream()
                .filter(request -> request.user().equals(OPERATOR))
                .filter(request -> !request.resource().equals("sourcegraphdowngrades")
                        && !request.resource().equals("events"))
                .toList();
    }

    /** Everything of the instance's workloads that a person or a manifest says, to compare before and after. */
    Map<String, String> workloads() {
        Map<String, String> found = new TreeMap<>();
        Stream.of(
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.batch()
                                .v1()
                                .cronjobs()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.autoscaling()
                                .v2()
                                .horizontalPodAutoscalers()
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                .flatMap(List::stream)
                .map(HasMetadata.class::cast)
                .forEach(object ->
                        found.put(object.getKind() + "/" + object.getMetadata().getName(), said(object)));
        return found;
    }

    private static String said(HasMetadata object) {
        Map<String, String> annotations = new TreeMap<>(object.getMetadata().getAnnotations());
        annotations.remove("deployment.kubernetes.io/revision");
        JsonNode json = JSON.valueToTree(object);
        return annotations + " " + json.path("spec");
    }

    int replicas(String deployment) {
        return client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(deployment)
                .get()
                .getSpec()
                .getReplicas();
    }

    /** The migrator Jobs of that kind ({@code checks}, {@code downgrade}, {@code drift}). */
    List<Job> jobs(String kind) {
        return client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(MigratorLabels.JOB, kind)
                .list()
                .getItems();
    }

    /** The reasons of the resource's events, in the order in which they were written. */
    List<String> events(String name) {
        return written(name).map(Event::getReason).toList();
    }

    /** The messages of the resource's events with that reason, in the order in which they were written. */
    List<String> eventMessages(String name, String reason) {
        return written(name)
                .filter(event -> event.getReason().equals(reason))
                .map(Event::getMessage)
                .toList();
    }

    private Stream<Event> written(String name) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().equals(name))
                .sorted(Comparator.comparingLong(
                        event -> Long.parseLong(event.getMetadata().getResourceVersion())));
    }

    /** The reasons of the resource's events, once that one is among them: an event follows the status. */
    List<String> awaitEvent(String name, String reason) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> events(name), found -> found.contains(reason));
    }

    /** Waits until the resource is stalled for that reason. */
    SourcegraphDowngrade awaitStall(String name, String reason) {
        return await(
                name,
                resource -> has(resource, "Stalled")
                        && condition(resource, "Stalled").getReason().equals(reason));
    }

    /** Waits until so many migrators have come to where they hang: killed earlier, one may be in the midst of a revert. */
    void awaitHung(int migrators) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(programs()::faultsReached, reached -> reached == migrators);
    }

    SourcegraphDowngrade awaitPhase(String name, Phase phase) {
        return await(
                name,
                resource -> resource.getStatus() != null && resource.getStatus().phase() == phase);
    }

    static Condition condition(SourcegraphDowngrade resource, String type) {
        return resource.getStatus().conditions().stream()
                .filter(found -> found.getType().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type + ": " + Serialization.asYaml(resource)));
    }

    void awaitGone(String name) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> get(name) == null);
    }

    void startOperator() {
        KubernetesClient own = cluster.clientAs(OPERATOR);
        DowngradeOperator started = new DowngradeOperator(
                own, new OperatorConfig(Set.of(), Optional.empty(), "operator-0", false, 0), clock);
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

    /** Waits until the operator does not hold the resource any more. */
    SourcegraphDowngrade awaitLetGo(String name) {
        return await(name, DowngradeWorld::isLetGo);
    }

    /** Whether the run has ended and holds its resource no longer. */
    boolean letGo(String name) {
        SourcegraphDowngrade resource = get(name);
        return resource.getStatus() != null && resource.getStatus().finishedAt() != null && isLetGo(resource);
    }

    private static boolean isLetGo(SourcegraphDowngrade resource) {
        return !resource.getMetadata().getFinalizers().contains(FINALIZER);
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

    /** The instance's pods that are not ready. */
    List<String> unready() {
        List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
        if (pods.isEmpty()) {
            return List.of("no pods");
        }
        return pods.stream()
                .filter(pod -> !pod.getMetadata().getLabels().containsKey(MigratorLabels.JOB))
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
