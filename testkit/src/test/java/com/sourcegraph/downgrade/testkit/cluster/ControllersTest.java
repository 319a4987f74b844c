package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.container.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workloads come up, roll, stop and are cleaned up as their controllers do it in a real cluster. */
class ControllersTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String REPLICA_SETS = "/apis/apps/v1/namespaces/default/replicasets";
    private static final String STATEFUL_SETS = "/apis/apps/v1/namespaces/default/statefulsets";
    private static final String JOBS = "/apis/batch/v1/namespaces/default/jobs";

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();
    private InMemoryCluster cluster;
    private Api api;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder()
                .timeFactor(0.001)
                .programs((image, container) -> program(image))
                .start();
        api = new Api(cluster);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Optional<Program> program(String image) {
        if (image.startsWith("counted")) {
            return Optional.of(context -> {
                mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
                context.ready();
                context.awaitTermination(Duration.ofHours(1));
                running.decrementAndGet();
                return 0;
            });
        }
        if (image.startsWith("exits")) {
            int code = Integer.parseInt(image.substring(image.indexOf(':') + 1));
            return Optional.of(context -> code);
        }
        if (image.startsWith("never-ready")) {
            return Optional.of(context -> {
                context.awaitTermination(Duration.ofHours(1));
                return 0;
            });
        }
        return Optional.empty();
    }

    private ObjectNode get(String path) {
        return api.get(path).body();
    }

    private List<String> podNames(String selector) {
        List<String> names = new ArrayList<>();
        get(PODS + "?labelSelector=" + selector).get("items").forEach(pod -> names.add(Nodes.name(pod)));
        return names;
    }

    private void awaitReady(String path, int replicas) {
        await().until(() -> {
            ObjectNode object = get(path);
            return Nodes.count(object, 0, "status", "readyReplicas") == replicas
                    && Nodes.count(object, 0, "status", "replicas") == replicas
                    && Nodes.count(object, 0, "status", "updatedReplicas") == replicas
                    && object.at("/status/observedGeneration").equals(object.at("/metadata/generation"));
        });
    }

    @Test
    void aDeploymentRollsWithoutFallingBelowWhatMustBeAvailable() {
        api.post(DEPLOYMENTS, Objects.deployment("web", 4, "counted:1"));
        awaitReady(DEPLOYMENTS + "/web", 4);
        List<String> before = podNames("app%3Dweb");
        mostRunning.set(0);

        api.strategicPatch(
                DEPLOYMENTS + "/web",
                Objects.yaml("spec: {template: {spec: {containers: [{name: main, image: 'counted:2'}]}}}"));
        awaitReady(DEPLOYMENTS + "/web", 4);

        await().until(() -> podNames("app%3Dweb").size() == 4);
        assertThat(podNames("app%3Dweb")).doesNotContainAnyElementsOf(before);
        // 25 % surge of 4 is one more pod; one that is on its way out may still run.
        assertThat(mostRunning.get()).isBetween(4, 6);
        ObjectNode web = get(DEPLOYMENTS + "/web");
        assertThat(web.at("/status/conditions").toString()).contains("NewReplicaSetAvailable");
        assertThat(web.at("/metadata/annotations/deployment.kubernetes.io~1revision")
                        .asText())
                .isEqualTo("2");
        assertThat(get(REPLICA_SETS).get("items")).hasSize(2);
    }

    @Test
    void recreatingNeverRunsOldAndNewTogether() {
        ObjectNode web = Objects.deployment("web", 2, "counted:1");
        Nodes.child(web, "spec").putObject("strategy").put("type", "Recreate");
        api.post(DEPLOYMENTS, web);
        awaitReady(DEPLOYMENTS + "/web", 2);
        mostRunning.set(0);

        api.strategicPatch(
                DEPLOYMENTS + "/web",
                Objects.yaml("spec: {template: {spec: {containers: [{name: main, image: 'counted:2'}]}}}"));
        awaitReady(DEPLOYMENTS + "/web", 2);

        assertThat(mostRunning.get()).isEqualTo(2);
    }

    @Test
    void aRolloutThatDoesNotBecomeReadyKeepsTheOldPods() {
        api.post(DEPLOYMENTS, Objects.deployment("web", 4, "ok:1"));
        awaitReady(DEPLOYMENTS + "/web", 4);

        api.strategicPatch(
                DEPLOYMENTS + "/web",
                Objects.yaml("spec: {template: {spec: {containers: [{name: main, image: 'never-ready:2'}]}}}"));

        await().until(() -> Nodes.count(get(DEPLOYMENTS + "/web"), 0, "status", "updatedReplicas") == 2);
        ObjectNode status = (ObjectNode) get(DEPLOYMENTS + "/web").get("status");
        assertThat(Nodes.count(status, 0, "readyReplicas")).isEqualTo(3);
        assertThat(Nodes.count(status, 0, "unavailableReplicas")).isEqualTo(2);
    }

    @Test
    void scalingToZeroLeavesNoPod() {
        api.post(DEPLOYMENTS, Objects.deployment("web", 3, "counted:1"));
        awaitReady(DEPLOYMENTS + "/web", 3);

        api.mergePatch(DEPLOYMENTS + "/web/scale", Objects.yaml("spec: {replicas: 0}"));

        await().until(() -> podNames("app%3Dweb").isEmpty());
        await().until(() -> get(DEPLOYMENTS + "/web").at("/status/replicas").isMissingNode());
        assertThat(running.get()).isZero();
    }

    @Test
    void aStatefulSetKeepsNamesAndClaims() {
        api.post(STATEFUL_SETS, Objects.statefulSet("db", 2, "postgres:12"));
        awaitReady(STATEFUL_SETS + "/db", 2);
        assertThat(podNames("app%3Ddb")).containsExactly("db-0", "db-1");
        String volume = get(CLAIMS + "/data-db-0").at("/spec/volumeName").asText();
        assertThat(volume).startsWith("pvc-");
        String oldRevision =
                get(STATEFUL_SETS + "/db").at("/status/currentRevision").asText();

        api.strategicPatch(
                STATEFUL_SETS + "/db",
                Objects.yaml("spec: {template: {spec: {containers: [{name: main, image: 'postgres:16'}]}}}"));
        await().until(() -> {
            ObjectNode status = (ObjectNode) get(STATEFUL_SETS + "/db").get("status");
            return !oldRevision.equals(Nodes.text(status, "currentRevision"))
                    && Nodes.count(status, 0, "readyReplicas") == 2
                    && Nodes.text(status, "currentRevision").equals(Nodes.text(status, "updateRevision"));
        });

        assertThat(get(PODS + "/db-0").at("/spec/containers/0/image").asText()).isEqualTo("postgres:16");
        assertThat(get(CLAIMS + "/data-db-0").at("/spec/volumeName").asText()).isEqualTo(volume);
        api.delete(STATEFUL_SETS + "/db", Objects.yaml("propagationPolicy: Foreground"));
        await().until(() -> api.get(STATEFUL_SETS + "/db").code() == 404);
        assertThat(podNames("app%3Ddb")).isEmpty();
        assertThat(api.get(CLAIMS + "/data-db-0").code()).isEqualTo(200);
    }

    @Test
    void anOrderedStatefulSetWaitsForABrokenPodThatAnUpdateWouldMend() {
        api.post(STATEFUL_SETS, Objects.statefulSet("db", 1, "never-ready:1"));
        await().until(() -> api.get(PODS + "/db-0").code() == 200);
        String uid = Nodes.uid(get(PODS + "/db-0"));

        api.strategicPatch(
                STATEFUL_SETS + "/db",
                Objects.yaml("spec: {template: {spec: {containers: [{name: main, image: 'ok:2'}]}}}"));
        await().until(() -> get(STATEFUL_SETS + "/db")
                .at("/status/observedGeneration")
                .asText()
                .equals("2"));

        assertThat(Nodes.uid(get(PODS + "/db-0"))).isEqualTo(uid);
        api.delete(PODS + "/db-0", null);
        awaitReady(STATEFUL_SETS + "/db", 1);
        assertThat(get(PODS + "/db-0").at("/spec/containers/0/image").asText()).isEqualTo("ok:2");
    }

    @Test
    void aJobCompletes() {
        api.post(JOBS, Objects.job("m", "exits:0", 0));

        await().until(() -> isTrue(get(JOBS + "/m"), "Complete"));
        ObjectNode status = (ObjectNode) get(JOBS + "/m").get("status");
        assertThat(Nodes.count(status, 0, "succeeded")).isEqualTo(1);
        assertThat(Nodes.text(status, "completionTime")).isNotEmpty();
        assertThat(get(PODS).at("/items/0/status/phase").asText()).isEqualTo("Succeeded");
        assertThat(get(PODS)
                        .at("/items/0/metadata/labels/batch.kubernetes.io~1job-name")
                        .asText())
                .isEqualTo("m");
    }

    @Test
    void aJobFailsWhenItsTriesAreUsedUp() {
        api.post(JOBS, Objects.job("m", "exits:3", 2));

        await().until(() -> isTrue(get(JOBS + "/m"), "Failed"));
        ObjectNode job = get(JOBS + "/m");
        assertThat(Nodes.count(job, 0, "status", "failed")).isEqualTo(3);
        assertThat(job.at("/status/conditions").toString()).contains("BackoffLimitExceeded");
        assertThat(get(PODS)
                        .at("/items/0/status/containerStatuses/0/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void aJobWhosePodIsDeletedHasFailed() {
        api.post(JOBS, Objects.job("m", "counted:1", 0));
        await().until(() -> Nodes.count(get(JOBS + "/m"), 0, "status", "ready") == 1);

        api.delete(PODS + "/" + podNames("job-name%3Dm").get(0), null);

        await().until(() -> isTrue(get(JOBS + "/m"), "Failed"));
    }

    @Test
    void aSuspendedJobHasNoPodUntilItGoesOn() {
        ObjectNode job = Objects.job("m", "exits:0", 0);
        Nodes.child(job, "spec").put("suspend", true);
        api.post(JOBS, job);
        await().until(() -> isTrue(get(JOBS + "/m"), "Suspended"));
        assertThat(podNames("job-name%3Dm")).isEmpty();

        api.mergePatch(JOBS + "/m", Objects.yaml("spec: {suspend: false}"));

        await().until(() -> isTrue(get(JOBS + "/m"), "Complete"));
    }

    @Test
    void aJobDeletedWithoutASayLeavesItsPods() {
        api.post(JOBS, Objects.job("kept", "exits:0", 0));
        api.post(JOBS, Objects.job("gone", "exits:0", 0));
        await().until(() -> isTrue(get(JOBS + "/kept"), "Complete") && isTrue(get(JOBS + "/gone"), "Complete"));

        api.delete(JOBS + "/kept", null);
        api.delete(JOBS + "/gone", Objects.yaml("propagationPolicy: Background"));

        await().until(() -> podNames("job-name%3Dgone").isEmpty());
        await().until(() -> api.get(JOBS + "/kept").code() == 404);
        assertThat(podNames("job-name%3Dkept")).hasSize(1);
    }

    private static boolean isTrue(ObjectNode object, String type) {
        for (var condition : Nodes.each(object, "status", "conditions")) {
            if (type.equals(Nodes.text(condition, "type"))) {
                return "True".equals(Nodes.text(condition, "status"));
            }
        }
        return false;
    }

    @Test
    void whatADeletedOwnerOwnedGoesToo() {
        ObjectNode owner = api.post("/api/v1/namespaces/default/configmaps", Objects.configMap("owner", "k", "1"))
                .body();
        ObjectNode owned = Objects.configMap("owned", "k", "1");
        Nodes.metadata(owned)
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "ConfigMap")
                .put("name", "owner")
                .put("uid", Nodes.uid(owner));
        api.post("/api/v1/namespaces/default/configmaps", owned);

        api.delete("/api/v1/namespaces/default/configmaps/owner", null);

        await().until(() ->
                api.get("/api/v1/namespaces/default/configmaps/owned").code() == 404);
    }

    @Test
    void aDeletedNamespaceIsEmptiedFirstAndTakesNothingNew() {
        api.post("/api/v1/namespaces", Objects.yaml("{apiVersion: v1, kind: Namespace, metadata: {name: ns}}"));
        ObjectNode held = Objects.configMap("held", "k", "1");
        Nodes.metadata(held).putArray("finalizers").add("example.com/hold");
        api.post("/api/v1/namespaces/ns/configmaps", held);
        api.post("/apis/apps/v1/namespaces/ns/deployments", Objects.deployment("web", 2, "counted:1"));
        await().until(() -> running.get() == 2);

        api.delete("/api/v1/namespaces/ns", null);
        await().until(() -> running.get() == 0);
        assertThat(get("/api/v1/namespaces/ns").at("/status/phase").asText()).isEqualTo("Terminating");
        Api.Answer late = api.post("/api/v1/namespaces/ns/configmaps", Objects.configMap("late", "k", "1"));
        assertThat(late.code()).isEqualTo(403);
        assertThat(late.message()).contains("because it is being terminated");

        api.mergePatch("/api/v1/namespaces/ns/configmaps/held", Objects.yaml("metadata: {finalizers: null}"));
        await().until(() -> api.get("/api/v1/namespaces/ns").code() == 404);
    }

    @Test
    void everyNamespaceHasItsServiceAccount() {
        await().until(() ->
                api.get("/api/v1/namespaces/default/serviceaccounts/default").code() == 200);
    }
}
