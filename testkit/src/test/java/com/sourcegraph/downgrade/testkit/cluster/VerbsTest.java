package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads and writes answer as a real API server does. */
class VerbsTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

    private InMemoryCluster cluster;
    private Api api;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder().controllers().start();
        api = new Api(cluster);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aCreatedObjectGetsWhatTheServerGives() {
        Api.Answer created = api.post(DEPLOYMENTS, Objects.deployment("web", 2, "nginx:1"));

        assertThat(created.code()).isEqualTo(201);
        JsonNode spec = created.body().get("spec");
        assertThat(Nodes.uid(created.body())).hasSize(36);
        assertThat(Nodes.number(created.body(), 0, "metadata", "generation")).isEqualTo(1);
        assertThat(Nodes.text(spec, "strategy", "rollingUpdate", "maxSurge")).isEqualTo("25%");
        assertThat(Nodes.text(spec, "template", "spec", "restartPolicy")).isEqualTo("Always");
        assertThat(Nodes.number(spec, 0, "template", "spec", "terminationGracePeriodSeconds"))
                .isEqualTo(30);
        assertThat(Nodes.text(spec.at("/template/spec/containers/0"), "imagePullPolicy"))
                .isEqualTo("IfNotPresent");
    }

    @Test
    void bytesAreKeptInOneLine() {
        String wrapped = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=".replace("TU5P", "TU5P\\n");

        Api.Answer secret = api.post(
                "/api/v1/namespaces/default/secrets",
                Objects.yaml("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {k: \"" + wrapped + "\"}}"));
        Api.Answer map = api.post(
                CONFIG_MAPS,
                Objects.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {k: \"a\\nb\"},"
                        + " binaryData: {b: \"" + wrapped + "\"}}"));

        assertThat(secret.body().at("/data/k").asText()).isEqualTo("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=");
        assertThat(map.body().at("/binaryData/b").asText()).isEqualTo("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=");
        assertThat(map.body().at("/data/k").asText()).isEqualTo("a\nb");
    }

    @Test
    void bytesThatAreNoneAreRefused() {
        Api.Answer answer = api.post(
                "/api/v1/namespaces/default/secrets",
                Objects.yaml("{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {k: QUJ!}}"));

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.message())
                .isEqualTo(
                        "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 3");
    }

    @Test
    void aNameIsGenerated() {
        ObjectNode object = Objects.configMap("x", "a", "1");
        Nodes.metadata(object).put("generateName", "cm-").remove("name");

        assertThat(Nodes.name(api.post(CONFIG_MAPS, object).body())).matches("cm-[a-z0-9]{5}");
    }

    @Test
    void whatExistsIsNotCreatedAgain() {
        api.post(CONFIG_MAPS, Objects.configMap("a", "k", "1"));
        Api.Answer again = api.post(CONFIG_MAPS, Objects.configMap("a", "k", "1"));

        assertThat(again.code()).isEqualTo(409);
        assertThat(again.body().get("reason").asText()).isEqualTo("AlreadyExists");
        assertThat(again.message()).isEqualTo("configmaps \"a\" already exists");
    }

    @Test
    void anUpdateFromAnOldVersionConflicts() {
        ObjectNode first =
                api.post(CONFIG_MAPS, Objects.configMap("a", "k", "1")).body();
        ObjectNode second = first.deepCopy();
        Nodes.child(second, "data").put("k", "2");
        assertThat(api.put(CONFIG_MAPS + "/a", second).code()).isEqualTo(200);

        Api.Answer stale = api.put(CONFIG_MAPS + "/a", first);

        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.message())
                .isEqualTo(
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply"
                                + " your changes to the latest version and try again");
        assertThat(stale.body().at("/details/kind").asText()).isEqualTo("configmaps");
    }

    @Test
    void anUpdateThatChangesNothingKeepsTheVersion() {
        ObjectNode first =
                api.post(CONFIG_MAPS, Objects.configMap("a", "k", "1")).body();

        assertThat(api.put(CONFIG_MAPS + "/a", first).body().at("/metadata/resourceVersion"))
                .isEqualTo(first.at("/metadata/resourceVersion"));
    }

    @Test
    void onlyTheSpecMovesTheGeneration() {
        api.post(DEPLOYMENTS, Objects.deployment("web", 2, "nginx:1"));
        ObjectNode label = Objects.yaml("metadata: {labels: {x: y}}");
        ObjectNode status = Objects.yaml("status: {replicas: 2}");
        ObjectNode spec = Objects.yaml("spec: {replicas: 5}");

        assertThat(api.mergePatch(DEPLOYMENTS + "/web", label)
                        .body()
                        .at("/metadata/generation")
                        .asInt())
                .isEqualTo(1);
        Api.Answer withStatus = api.mergePatch(DEPLOYMENTS + "/web/status", status);
        assertThat(withStatus.body().at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(withStatus.body().at("/status/replicas").asInt()).isEqualTo(2);
        Api.Answer withSpec = api.mergePatch(DEPLOYMENTS + "/web", spec);
        assertThat(withSpec.body().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(withSpec.body().at("/status/replicas").asInt()).isEqualTo(2);
    }

    @Test
    void theStatusIsNotWrittenWithTheObjectNorTheSpecWithTheStatus() {
        ObjectNode object = Objects.deployment("web", 2, "nginx:1");
        object.set("status", Objects.yaml("replicas: 7"));
        assertThat(api.post(DEPLOYMENTS, object).body().has("status")).isFalse();

        Api.Answer status = api.mergePatch(
                DEPLOYMENTS + "/web/status", Objects.yaml("{spec: {replicas: 9}, status: {replicas: 1}}"));

        assertThat(status.body().at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(status.body().at("/status/replicas").asInt()).isEqualTo(1);
    }

    @Test
    void scalingIsAViewOfTheSpec() {
        api.post(DEPLOYMENTS, Objects.deployment("web", 2, "nginx:1"));
        Api.Answer scale = api.get(DEPLOYMENTS + "/web/scale");
        assertThat(scale.body().get("kind").asText()).isEqualTo("Scale");
        Nodes.child(scale.body(), "spec").put("replicas", 1);

        assertThat(api.put(DEPLOYMENTS + "/web/scale?fieldManager=kubectl", scale.body())
                        .code())
                .isEqualTo(200);

        ObjectNode web = api.get(DEPLOYMENTS + "/web").body();
        assertThat(web.at("/spec/replicas").asInt()).isEqualTo(1);
        assertThat(web.at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(web.at("/metadata/managedFields").toString()).contains("\"subresource\":\"scale\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=a | a1 a2",
                "app!=a | b1 c1",
                "app in (a,b) | a1 a2 b1",
                "app notin (a, b) | c1",
                "tier | a1 b1",
                "!tier | a2 c1",
                "app in (a,b),tier=front | a1",
            })
    void labelsSelect(String selector, String names) {
        label("a1", "{app: a, tier: front}");
        label("a2", "{app: a}");
        label("b1", "{app: b, tier: back}");
        label("c1", "{app: c}");

        Api.Answer list = api.get(CONFIG_MAPS + "?labelSelector="
                + java.net.URLEncoder.encode(selector, java.nio.charset.StandardCharsets.UTF_8));

        List<String> found = new ArrayList<>();
        list.body().get("items").forEach(item -> found.add(Nodes.name(item)));
        assertThat(String.join(" ", found)).isEqualTo(names);
    }

    private void label(String name, String labels) {
        ObjectNode object = Objects.configMap(name, "k", "1");
        Nodes.metadata(object).set("labels", Objects.yaml(labels));
        api.post(CONFIG_MAPS, object);
    }

    @Test
    void fieldsSelectAndUnknownOnesAreRefused() {
        label("a1", "{}");
        label("a2", "{}");

        assertThat(api.get(CONFIG_MAPS + "?fieldSelector=metadata.name%3Da2")
                        .body()
                        .get("items"))
                .hasSize(1);
        Api.Answer unknown = api.get(CONFIG_MAPS + "?fieldSelector=data.k%3D1");
        assertThat(unknown.code()).isEqualTo(400);
        assertThat(unknown.message())
                .isEqualTo("\"data.k\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
    }

    @Test
    void kindsThatAreNotServedAreNotFound() {
        Api.Answer answer = api.get("/apis/policy/v1beta1/podsecuritypolicies");

        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("the server could not find the requested resource");
    }

    @Test
    void whatIsMissingIsRefusedByName() {
        assertThat(api.get("/api/v1/namespaces/default/pods/x/exec?command=ls").message())
                .isEqualTo("the in-memory cluster does not support pods/exec");
        assertThat(api.get(CONFIG_MAPS + "?continue=abc").code()).isEqualTo(400);
    }

    @Test
    void aDryRunIsJudgedAndStoresNothing() {
        Api.Answer created = api.post(CONFIG_MAPS + "?dryRun=All", Objects.configMap("a", "k", "1"));
        assertThat(created.code()).isEqualTo(201);
        assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);

        api.post(DEPLOYMENTS, Objects.deployment("web", 2, "nginx:1"));
        ObjectNode other = Objects.deployment("web", 3, "nginx:1");
        assertThat(api.put(DEPLOYMENTS + "/web?dryRun=All", other)
                        .body()
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(3);
        assertThat(api.apply(DEPLOYMENTS + "/web?dryRun=All", "x", true, other)
                        .body()
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(3);
        assertThat(api.delete(DEPLOYMENTS + "/web?dryRun=All", null).code()).isEqualTo(200);
        assertThat(api.get(DEPLOYMENTS + "/web").body().at("/spec/replicas").asInt())
                .isEqualTo(2);

        Nodes.child(Nodes.child(Nodes.child(other, "spec"), "selector"), "matchLabels")
                .put("more", "x");
        Api.Answer refused = api.put(DEPLOYMENTS + "/web?dryRun=All", other);
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.message()).contains("spec.selector: Invalid value: ").contains("field is immutable");
    }

    @Test
    void strategicPatchesMergeListsByTheirKeys() {
        api.post(DEPLOYMENTS, Objects.deployment("web", 2, "nginx:1"));
        ObjectNode patch = Objects.yaml("""
                spec:
                  template:
                    spec:
                      containers:
                      - name: main
                        env: [{name: B, value: "2"}, {name: A, $patch: delete}]
                      - name: side
                        image: busybox
                """);

        Api.Answer answer = api.strategicPatch(DEPLOYMENTS + "/web", patch);

        assertThat(answer.code()).as(answer.message()).isEqualTo(200);
        JsonNode containers = answer.body().at("/spec/template/spec/containers");
        assertThat(containers).hasSize(2);
        assertThat(containers.get(0).get("image").asText()).isEqualTo("nginx:1");
        assertThat(containers.get(0).get("env").toString()).isEqualTo("[{\"name\":\"B\",\"value\":\"2\"}]");
    }

    @Test
    void jsonPatchesTestBeforeTheyChange() {
        api.post(CONFIG_MAPS, Objects.configMap("a", "k", "1"));
        JsonNode patch = Objects.yaml(
                        "p: [{op: test, path: /data/k, value: '2'}, {op: replace, path: /data/k, value: '3'}]")
                .get("p");

        assertThat(api.jsonPatch(CONFIG_MAPS + "/a", patch).code()).isEqualTo(422);
        assertThat(api.get(CONFIG_MAPS + "/a").body().at("/data/k").asText()).isEqualTo("1");
    }

    @Test
    void unknownFieldsAreRefusedDroppedOrWarnedAbout() {
        ObjectNode object = Objects.deployment("web", 1, "nginx:1");
        Nodes.child(object, "spec").put("replicaz", 3);

        Api.Answer strict = api.post(DEPLOYMENTS + "?fieldValidation=Strict", object);
        assertThat(strict.code()).isEqualTo(400);
        assertThat(strict.message())
                .isEqualTo(
                        "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown"
                                + " field \"spec.replicaz\"");
        Api.Answer warned = api.post(DEPLOYMENTS, object);
        assertThat(warned.code()).isEqualTo(201);
        assertThat(warned.body().at("/spec/replicaz").isMissingNode()).isTrue();
        assertThat(warned.http().headers().firstValue("Warning").orElse(""))
                .isEqualTo("299 - \"unknown field \\\"spec.replicaz\\\"\"");
    }

    @Test
    void aFinalizerHoldsADeletedObject() {
        ObjectNode object = Objects.configMap("a", "k", "1");
        Nodes.metadata(object).putArray("finalizers").add("example.com/hold");
        api.post(CONFIG_MAPS, object);

        assertThat(api.delete(CONFIG_MAPS + "/a", null)
                        .body()
                        .at("/metadata/deletionTimestamp")
                        .asText())
                .isNotEmpty();
        assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(200);
        api.mergePatch(CONFIG_MAPS + "/a", Objects.yaml("metadata: {finalizers: null}"));

        assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
    }

    @Test
    void preconditionsGuardADeletion() {
        api.post(CONFIG_MAPS, Objects.configMap("a", "k", "1"));

        Api.Answer other = api.delete(CONFIG_MAPS + "/a", Objects.yaml("preconditions: {uid: other}"));

        assertThat(other.code()).isEqualTo(409);
        assertThat(other.message()).contains("the UID in the precondition (other) does not match the UID in record");
        assertThat(api.delete(CONFIG_MAPS + "/a", null).body().get("status").asText())
                .isEqualTo("Success");
    }

    @Test
    void aCollectionIsDeletedBySelector() {
        label("a1", "{app: a}");
        label("b1", "{app: b}");

        api.delete(CONFIG_MAPS + "?labelSelector=app%3Da", null);

        assertThat(api.get(CONFIG_MAPS + "/a1").code()).isEqualTo(404);
        assertThat(api.get(CONFIG_MAPS + "/b1").code()).isEqualTo(200);
    }

    @Test
    void eventsAreOneThingInTwoGroups() {
        ObjectNode event = Objects.yaml("""
                apiVersion: events.k8s.io/v1
                kind: Event
                metadata: {name: e1}
                regarding: {kind: Pod, name: p, namespace: default}
                note: hello
                reason: Said
                type: Normal
                """);
        assertThat(api.post("/apis/events.k8s.io/v1/namespaces/default/events", event)
                        .code())
                .isEqualTo(201);

        JsonNode core = api.get("/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dp")
                .body()
                .at("/items/0");
        assertThat(core.get("message").asText()).isEqualTo("hello");
        assertThat(core.at("/involvedObject/kind").asText()).isEqualTo("Pod");
        assertThat(api.get("/apis/events.k8s.io/v1/namespaces/default/events/e1")
                        .body()
                        .get("note")
                        .asText())
                .isEqualTo("hello");
    }

    @Test
    void nothingIsCreatedWhereThereIsNoNamespace() {
        Api.Answer answer = api.post("/api/v1/namespaces/nowhere/configmaps", Objects.configMap("a", "k", "1"));

        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("namespaces \"nowhere\" not found");
    }

    @Test
    void servicesGetAnAddressAndKeepIt() {
        ObjectNode service = Objects.yaml("""
                apiVersion: v1
                kind: Service
                metadata: {name: s}
                spec: {selector: {app: a}, ports: [{port: 80}]}
                """);
        String path = "/api/v1/namespaces/default/services";
        String address = api.post(path, service).body().at("/spec/clusterIP").asText();
        assertThat(address).startsWith("10.96.");

        assertThat(api.put(path + "/s", service).body().at("/spec/clusterIP").asText())
                .isEqualTo(address);
        Nodes.child(service, "spec").put("clusterIP", "None");
        assertThat(api.put(path + "/s", service).message()).contains("may not change once set");
    }

    @Test
    void aClaimGrowsAndNeverShrinks() {
        ObjectNode claim = Objects.yaml("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: c}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
                """);
        String path = "/api/v1/namespaces/default/persistentvolumeclaims";
        api.post(path, claim);
        api.mergePatch(path + "/c/status", Objects.yaml("status: {phase: Bound}"));
        ObjectNode larger = Objects.yaml("spec: {resources: {requests: {storage: 3Gi}}}");
        ObjectNode smaller = Objects.yaml("spec: {resources: {requests: {storage: 1Gi}}}");

        assertThat(api.mergePatch(path + "/c", larger).code()).isEqualTo(200);
        assertThat(api.mergePatch(path + "/c", smaller).message())
                .contains("spec.resources.requests.storage: Forbidden: field can not be less than status.capacity");
    }

    @Test
    void quantitiesAreKeptInCanonicalForm() {
        ObjectNode object = Objects.deployment("web", 1, "nginx:1");
        ((ObjectNode) object.at("/spec/template/spec/containers/0"))
                .set("resources", Objects.yaml("limits: {cpu: 0.5, memory: 1024Mi, ephemeral-storage: 1000M}"));

        JsonNode limits = api.post(DEPLOYMENTS, object).body().at("/spec/template/spec/containers/0/resources/limits");

        assertThat(limits.toString()).isEqualTo("{\"cpu\":\"500m\",\"memory\":\"1Gi\",\"ephemeral-storage\":\"1G\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {serviceName: other}} | updates to statefulset spec for fields other than",
                "{spec: {selector: {matchLabels: {app: other}}}} | updates to statefulset spec for fields other than",
                "{spec: {volumeClaimTemplates: []}} | updates to statefulset spec for fields other than",
            })
    void whatIsImmutableInAStatefulSetIsRefused(String patch, String message) {
        String path = "/apis/apps/v1/namespaces/default/statefulsets";
        api.post(path, Objects.statefulSet("db", 1, "postgres:12"));

        Api.Answer answer = api.mergePatch(path + "/db", Objects.yaml(patch));

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message()).contains(message);
    }

    @Test
    void theTemplateOfAJobIsImmutable() {
        String path = "/apis/batch/v1/namespaces/default/jobs";
        api.post(path, Objects.job("m", "migrator:1", 0));

        Api.Answer answer = api.strategicPatch(
                path + "/m", Objects.yaml("spec: {template: {spec: {containers: [{name: main, image: other}]}}}"));

        assertThat(answer.message()).contains("spec.template: Invalid value").contains("field is immutable");
    }
}
