package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.container.Program;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers start, stop, crash and write logs as on a real node. */
class ProgramsTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private final Map<String, Program> programs = new ConcurrentHashMap<>();
    private InMemoryCluster cluster;
    private Api api;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder()
                .timeFactor(0.001)
                .programs((image, container) -> Optional.ofNullable(programs.get(image)))
                .missingImage("missing:1")
                .start();
        api = new Api(cluster);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private ObjectNode pod(String name) {
        return api.get(PODS + "/" + name).body();
    }

    private void awaitPhase(String name, String phase) {
        await().until(() -> phase.equals(Nodes.text(pod(name), "status", "phase")));
    }

    @Test
    void aProgramGetsItsArgumentsAndItsEnvironment() {
        List<String> seen = new CopyOnWriteArrayList<>();
        programs.put("probe:1", context -> {
            seen.add(context.namespace() + "/" + context.podName() + "/" + context.containerName() + " "
                    + context.image());
            seen.addAll(context.args());
            seen.add(new java.util.TreeMap<>(context.env()).toString());
            return 0;
        });
        api.post("/api/v1/namespaces/default/configmaps", Objects.configMap("cm", "HOST", "pgsql"));
        api.post("/api/v1/namespaces/default/secrets", Objects.yaml("""
                {apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {password: secret}}
                """));
        ObjectNode pod = Objects.pod("p", "probe:1", "Never");
        ((ObjectNode) pod.at("/spec/containers/0")).setAll(Objects.yaml("""
                command: [migrator, downgrade]
                args: [--host=$(HOST), $$literal]
                envFrom: [{configMapRef: {name: cm}}]
                env:
                - {name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: password}}}
                - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                - {name: NONE, valueFrom: {configMapKeyRef: {name: absent, key: x, optional: true}}}
                """));
        api.post(PODS, pod);
        awaitPhase("p", "Succeeded");

        assertThat(seen)
                .containsExactly(
                        "default/p/main probe:1",
                        "downgrade",
                        "--host=pgsql",
                        "$literal",
                        "{HOST=pgsql, PASSWORD=secret, POD=p}");
    }

    @Test
    void initContainersRunFirstAndInOrder() {
        List<String> order = new CopyOnWriteArrayList<>();
        Program program = context -> {
            order.add(context.containerName());
            context.ready();
            return 0;
        };
        programs.put("one", program);
        ObjectNode pod = Objects.pod("p", "one", "Never");
        Nodes.child(pod, "spec")
                .set(
                        "initContainers",
                        Objects.yaml("i: [{name: a, image: one}, {name: n, image: none}, {name: b, image: one}]")
                                .get("i"));
        api.post(PODS, pod);
        awaitPhase("p", "Succeeded");

        assertThat(order).containsExactly("a", "b", "main");
        assertThat(pod("p").at("/status/initContainerStatuses/0/state/terminated/reason")
                        .asText())
                .isEqualTo("Completed");
    }

    @Test
    void readinessIsTheProgramsOwn() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        programs.put("slow", context -> {
            go.await();
            context.ready();
            context.awaitTermination(Duration.ofHours(1));
            return 0;
        });
        api.post(PODS, Objects.pod("p", "slow", "Always"));
        awaitPhase("p", "Running");
        assertThat(ready("p")).isEqualTo("False");

        go.countDown();

        await().until(() -> ready("p").equals("True"));
    }

    private String ready(String name) {
        for (var condition : Nodes.each(pod(name), "status", "conditions")) {
            if ("Ready".equals(Nodes.text(condition, "type"))) {
                return Nodes.text(condition, "status");
            }
        }
        return "";
    }

    @Test
    void aCrashIsRestartedAndRemembered() {
        programs.put("crash", context -> {
            context.stdout().println("going down");
            return 7;
        });
        api.post(PODS, Objects.pod("p", "crash", "Always"));

        await().until(() ->
                pod("p").at("/status/containerStatuses/0/restartCount").asInt() >= 2);
        ObjectNode status = (ObjectNode) pod("p").at("/status/containerStatuses/0");
        assertThat(status.at("/lastState/terminated/exitCode").asInt()).isEqualTo(7);
        assertThat(log("p?previous=true")).isEqualTo("going down\n");
    }

    @Test
    void anExceptionIsExitCodeOneAndInTheLog() {
        programs.put("broken", context -> {
            throw new IllegalStateException("no database");
        });
        api.post(PODS, Objects.pod("p", "broken", "Never"));
        awaitPhase("p", "Failed");

        assertThat(pod("p").at("/status/containerStatuses/0/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(1);
        assertThat(log("p")).contains("no database");
    }

    private String log(String podAndQuery) {
        String[] parts = podAndQuery.split("\\?", 2);
        Api.Answer answer = api.get(PODS + "/" + parts[0] + "/log" + (parts.length > 1 ? "?" + parts[1] : ""));
        return answer.code() == 200 ? answer.body().get("text").asText() : answer.message();
    }

    @Test
    void logsAreCutAsAskedFor() {
        programs.put("talks", context -> {
            for (int i = 1; i <= 5; i++) {
                context.stdout().println("line " + i);
            }
            return 0;
        });
        api.post(PODS, Objects.pod("p", "talks", "Never"));
        awaitPhase("p", "Succeeded");

        assertThat(log("p?tailLines=2")).isEqualTo("line 4\nline 5\n");
        assertThat(log("p?limitBytes=6")).isEqualTo("line 1");
        assertThat(log("p?sinceTime=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(log("p?container=other")).isEqualTo("container other is not valid for pod p");
        assertThat(log("p?previous=true")).contains("previous terminated container \"main\" in pod \"p\" not found");
    }

    @Test
    void aFollowedLogEndsWithTheContainer() throws Exception {
        CountDownLatch more = new CountDownLatch(1);
        programs.put("talks", context -> {
            context.stdout().println("first");
            more.await();
            context.stdout().println("last");
            return 0;
        });
        api.post(PODS, Objects.pod("p", "talks", "Never"));
        awaitPhase("p", "Running");
        try (var watch =
                cluster.client().pods().inNamespace("default").withName("p").watchLog()) {
            var lines = new java.io.BufferedReader(new java.io.InputStreamReader(watch.getOutput()));
            assertThat(lines.readLine()).isEqualTo("first");
            more.countDown();
            assertThat(lines.readLine()).isEqualTo("last");
            assertThat(lines.readLine()).isNull();
        }
    }

    @Test
    void aPodThatIsDeletedMayFinishInItsGracePeriod() {
        List<String> end = new CopyOnWriteArrayList<>();
        programs.put("polite", context -> {
            context.ready();
            end.add("terminated " + context.awaitTermination(Duration.ofHours(1)));
            return 0;
        });
        programs.put("stubborn", context -> {
            context.ready();
            try {
                new CountDownLatch(1).await();
                return 0;
            } catch (InterruptedException e) {
                end.add("killed");
                throw e;
            }
        });
        api.post(PODS, Objects.pod("polite", "polite", "Always"));
        api.post(PODS, Objects.pod("stubborn", "stubborn", "Always"));
        await().until(() -> ready("polite").equals("True") && ready("stubborn").equals("True"));

        api.delete(PODS + "/polite", null);
        await().until(() -> api.get(PODS + "/polite").code() == 404);
        api.delete(PODS + "/stubborn", null);
        await().until(() -> api.get(PODS + "/stubborn").code() == 404);

        await().until(() -> end.size() == 2);
        assertThat(end).containsExactly("terminated true", "killed");
    }

    @Test
    void aPodWaitsForWhatItNames() {
        ObjectNode pod = Objects.pod("p", "any:1", "Always");
        ((ObjectNode) pod.at("/spec/containers/0")).set("env", Objects.yaml("""
                e: [{name: A, valueFrom: {secretKeyRef: {name: s, key: password}}}]
                """).get("e"));
        api.post(PODS, pod);
        await().until(() -> waiting("p").equals("CreateContainerConfigError: secret \"s\" not found"));

        api.post(
                "/api/v1/namespaces/default/secrets",
                Objects.yaml("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {user: x}}"));
        await().until(() ->
                waiting("p").equals("CreateContainerConfigError: couldn't find key password in Secret default/s"));
        api.mergePatch("/api/v1/namespaces/default/secrets/s", Objects.yaml("stringData: {password: y}"));

        awaitPhase("p", "Running");
    }

    private String waiting(String name) {
        var state = pod(name).at("/status/containerStatuses/0/state/waiting");
        return state.path("reason").asText() + ": " + state.path("message").asText();
    }

    @Test
    void anImageThatIsMissingIsWaitedFor() {
        api.post(PODS, Objects.pod("p", "missing:1", "Always"));
        await().until(() -> waiting("p").startsWith("ImagePullBackOff: Back-off pulling image \"missing:1\""));

        cluster.makeImageAvailable("missing:1");

        awaitPhase("p", "Running");
    }

    @Test
    void aPodWithoutItsClaimIsNotScheduled() {
        ObjectNode pod = Objects.pod("p", "any:1", "Always");
        Nodes.child(pod, "spec").set("volumes", Objects.yaml("""
                v: [{name: d, persistentVolumeClaim: {claimName: c}}]
                """).get("v"));
        api.post(PODS, pod);
        await().until(() ->
                pod("p").at("/status/conditions").toString().contains("persistentvolumeclaim \\\"c\\\" not found"));

        api.post("/api/v1/namespaces/default/persistentvolumeclaims", Objects.yaml("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: c}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """));

        awaitPhase("p", "Running");
    }

    @Test
    void aTestKillsAPod() {
        api.post(PODS, Objects.pod("p", "any:1", "Never"));
        awaitPhase("p", "Running");

        cluster.killPodOutOfMemory("default", "p");

        awaitPhase("p", "Failed");
        var terminated = pod("p").at("/status/containerStatuses/0/state/terminated");
        assertThat(terminated.get("exitCode").asInt()).isEqualTo(137);
        assertThat(terminated.get("reason").asText()).isEqualTo("OOMKilled");
    }

    @Test
    void closingTheClusterEndsEveryProgram() {
        CountDownLatch ended = new CountDownLatch(1);
        programs.put("forever", context -> {
            try {
                new CountDownLatch(1).await();
                return 0;
            } finally {
                ended.countDown();
            }
        });
        api.post(PODS, Objects.pod("p", "forever", "Always"));
        awaitPhase("p", "Running");

        cluster.close();

        await().until(() -> ended.getCount() == 0);
    }
}
