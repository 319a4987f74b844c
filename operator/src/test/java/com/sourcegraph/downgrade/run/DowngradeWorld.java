package com.sourcegraph.downgrade.run;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.database.Session;
import com.sourcegraph.downgrade.reconcile.ConnectionFailures;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestBreakdown;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.instance.InMemoryInstance;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.service.SourcegraphPrograms;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** An instance on the in-memory cluster with its databases, and an operator that can be started, closed and killed. */
final class DowngradeWorld implements AutoCloseable {

    /** Generous: a whole run takes a second or two, on a busy machine a few more. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    static final String OPERATOR = InMemoryInstance.OPERATOR;

    private static final String FINALIZER = "downgrade.sourcegraph.com/finalizer";

    private final InMemoryInstance instance;
    private final ReleaseManifests target;
    private final DowngradeResources resources;
    private final InstanceObjects objects;
    private Optional<DowngradeOperator> operator = Optional.empty();
    private Optional<KubernetesClient> operatorClient = Optional.empty();
    private final AdvancingClock clock = new AdvancingClock();
    private final ConnectionFailures failures = new ConnectionFailures(clock);
    private final Rights rights = new Rights();
    private final AtomicInteger nudges = new AtomicInteger();
    private final List<String> expectedBeside = new ArrayList<>(List.of(Session.OPERATOR_NAME, "testkit"));

    /** A small instance: quick, and with everything that a run of the migrator treats. */
    static DowngradeWorld small(String from, String to) {
        return new DowngradeWorld(
                from, SampleRelease.of(from).small(), SampleRelease.of(to).small());
    }

    DowngradeWorld(String release, ReleaseManifests current, ReleaseManifests target) {
        String namespace = current.namespace().isEmpty() ? SampleRelease.NAMESPACE : current.namespace();
        this.instance = InMemoryInstance.of(release, namespace, cluster -> cluster.accessPolicy(rights));
        instance.install(current.without("PodSecurityPolicy"));
        this.target = instance.offer(target, "target", "manifests.yaml");
        this.resources = new DowngradeResources(instance, this.target);
        this.objects = new InstanceObjects(instance.client(), namespace);
        instance.awaitReady(PATIENCE);
    }

    KubernetesClient client() {
        return instance.client();
    }

    InMemoryCluster cluster() {
        return instance.cluster();
    }

    InstanceDatabases databases() {
        return instance.databases();
    }

    SourcegraphPrograms programs() {
        return instance.programs();
    }

    String namespace() {
        return instance.namespace();
    }

    ReleaseManifests target() {
        return target;
    }

    /** What the operator's clock says; moving it on does not wake the operator. */
    AdvancingClock clock() {
        return clock;
    }

    /** What the operator's client tells of its connections. */
    ConnectionFailures failures() {
        return failures;
    }

    /** Who may do what; everybody everything until something is taken away. */
    Rights rights() {
        return rights;
    }

    /** Creates a resource with exactly that text as its spec, as kubectl does: the model would write out its defaults. */
    void apply(String name, String spec) {
        resources.apply(name, spec);
    }

    SourcegraphDowngrade get(String name) {
        return resources.get(name);
    }

    /** A resource that runs the migrator, with more lines of spec. */
    void applyMigrator(String name, String... more) {
        resources.applyMigrator(name, more);
    }

    /** What {@code kubectl patch --type=merge} does to the resource. */
    void patch(String name, String json) {
        resources.patch(name, json);
    }

    void delete(String name) {
        resources.delete(name);
    }

    /** Changes something that the operator watches, so that it looks again now and not only when its next look is due. */
    void nudge() {
        client().apps()
                .deployments()
                .inNamespace(namespace())
                .withName("syntect-server")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"nudge\":\"" + nudges.incrementAndGet() + "\"}}}");
    }

    /** The ConfigMap with the target manifests gets another text. */
    void putTarget(String yaml) {
        client().configMaps().inNamespace(namespace()).withName("target").edit(map -> {
            map.getData().put("manifests.yaml", yaml);
            return map;
        });
    }

    /** The first time that the stored status shows this step as running, before the operator hears of its own write. */
    void when(StepName step, Runnable deed) {
        cluster().onRequest(new StepBegins(this::get, step, deed));
    }

    static boolean running(SourcegraphDowngrade resource, StepName step) {
        return resource != null
                && resource.getStatus() != null
                && resource.getStatus().steps().stream()
                        .anyMatch(line -> line.name() == step && line.state() == StepState.RUNNING);
    }

    /** Counts the operator's requests from now on, by the steps of that resource. */
    RequestBreakdown countRequests(String name) {
        return instance.countRequests(name);
    }

    /** What the operator wrote so far beside its resources and their events. */
    List<RequestRecord> operatorWrites() {
        return cluster().requests().writes().stream()
                .filter(request -> request.user().equals(OPERATOR))
                .filter(request -> !request.resource().equals("sourcegraphdowngrades")
                        && !request.resource().equals("events"))
                .toList();
    }

    /** Everything of the instance's workloads that a person or a manifest says, to compare before and after. */
    Map<String, String> workloads() {
        return objects.workloads();
    }

    int replicas(String deployment) {
        return objects.replicas(deployment);
    }

    /** The migrator Jobs of that kind ({@code checks}, {@code downgrade}, {@code drift}). */
    List<Job> jobs(String kind) {
        return objects.jobs(kind);
    }

    /** The reasons of the resource's events, in the order in which they were written. */
    List<String> events(String name) {
        return objects.events(name);
    }

    /** The messages of the resource's events with that reason, in the order in which they were written. */
    List<String> eventMessages(String name, String reason) {
        return objects.eventMessages(name, reason);
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
        KubernetesClient own = cluster().clientAs(OPERATOR);
        DowngradeOperator started = new DowngradeOperator(
                own, new OperatorConfig(Set.of(), Optional.empty(), "operator-0", false, 0), clock, failures);
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
        try {
            return Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> get(name), resource -> resource != null && condition.test(resource));
        } catch (ConditionTimeoutException e) {
            // What came to nothing once in many runs has to tell enough at once.
            throw new AssertionError(
                    "It did not come: " + Serialization.asYaml(get(name).getStatus()) + objects.told()
                            + Turns.inProgress(),
                    e);
        }
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

    /** The instance's pods that are not ready. */
    List<String> unready() {
        return objects.unready();
    }

    /**
     * The test itself brings services up beside a migrator at work, and they may have connected before they are stopped again.
     *
     * @param applications the names of their sessions
     */
    void bringsUpBesideTheMigrator(String... applications) {
        expectedBeside.addAll(List.of(applications));
    }

    /** Whatever a test is about: nobody else was connected beside a migrator at work. */
    @Override
    public void close() {
        stopOperator();
        try (instance) {
            String beside = instance.databases().besideMigrators(expectedBeside.toArray(String[]::new));
            if (!beside.isEmpty()) {
                throw new AssertionError("connected beside a migrator at work: " + beside);
            }
        }
    }
}
