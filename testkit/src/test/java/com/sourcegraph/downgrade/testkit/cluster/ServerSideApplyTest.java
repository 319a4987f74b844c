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

/** Fields belong to who set them; applying takes, gives back and removes them by that. */
class ServerSideApplyTest {
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private InMemoryCluster cluster;
    private Api api;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder()
                .controllers()
                .customResourceDefinition(Objects.WIDGETS)
                .start();
        api = new Api(cluster);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static ObjectNode data(String... pairs) {
        ObjectNode map = Objects.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
        for (int i = 0; i < pairs.length; i += 2) {
            Nodes.child(map, "data").put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static List<String> managers(JsonNode object) {
        List<String> result = new ArrayList<>();
        for (JsonNode entry : Nodes.each(object, "metadata", "managedFields")) {
            String subresource = Nodes.text(entry, "subresource");
            result.add(Nodes.text(entry, "manager") + "/" + Nodes.text(entry, "operation")
                    + (subresource == null ? "" : "/" + subresource));
        }
        return result;
    }

    private static JsonNode fields(JsonNode object, String manager) {
        for (JsonNode entry : Nodes.each(object, "metadata", "managedFields")) {
            if (manager.equals(Nodes.text(entry, "manager"))) {
                return entry.get("fieldsV1");
            }
        }
        return Nodes.object();
    }

    @Test
    void whatTheAppliersLastConfigurationHadAndThisOneHasNotIsRemoved() {
        Api.Answer created = api.apply(CONFIG_MAPS + "/a", "one", false, data("x", "1", "y", "1"));
        assertThat(created.code()).isEqualTo(201);
        api.apply(CONFIG_MAPS + "/a", "two", false, data("z", "1"));

        ObjectNode now =
                api.apply(CONFIG_MAPS + "/a", "one", false, data("x", "2")).body();

        assertThat(now.get("data").toString()).isEqualTo("{\"x\":\"2\",\"z\":\"1\"}");
        assertThat(fields(now, "one").toString()).isEqualTo("{\"f:data\":{\"f:x\":{}}}");
        assertThat(managers(now)).containsExactly("one/Apply", "two/Apply");
    }

    @Test
    void whatAnotherAlsoAppliesStays() {
        api.apply(CONFIG_MAPS + "/a", "one", false, data("x", "1", "y", "1"));
        api.apply(CONFIG_MAPS + "/a", "two", false, data("y", "1"));

        ObjectNode now =
                api.apply(CONFIG_MAPS + "/a", "one", false, data("x", "1")).body();

        assertThat(now.get("data").toString()).isEqualTo("{\"x\":\"1\",\"y\":\"1\"}");
    }

    @Test
    void changingWhatAnotherManagesIsAConflictThatNamesIt() {
        api.apply(CONFIG_MAPS + "/a", "one", false, data("x", "1", "y", "1"));

        Api.Answer refused = api.apply(CONFIG_MAPS + "/a", "two", false, data("x", "2"));
        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.message()).isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .data.x");
        assertThat(refused.body().at("/details/causes/0/reason").asText()).isEqualTo("FieldManagerConflict");
        assertThat(refused.body().at("/details/causes/0/field").asText()).isEqualTo(".data.x");

        ObjectNode forced =
                api.apply(CONFIG_MAPS + "/a", "two", true, data("x", "2")).body();
        assertThat(forced.at("/data/x").asText()).isEqualTo("2");
        assertThat(fields(forced, "one").toString()).isEqualTo("{\"f:data\":{\"f:y\":{}}}");
    }

    @Test
    void anUpdaterIsNamedWithItsVersion() {
        api.post(CONFIG_MAPS + "?fieldManager=kubectl-create", data("x", "1"));

        assertThat(api.apply(CONFIG_MAPS + "/a", "two", false, data("x", "2")).message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"kubectl-create\" using v1: .data.x");
    }

    @Test
    void applyingTheSameAgainChangesNothing() {
        String version = api.apply(CONFIG_MAPS + "/a", "one", false, data("x", "1"))
                .body()
                .at("/metadata/resourceVersion")
                .asText();

        assertThat(api.apply(CONFIG_MAPS + "/a", "one", false, data("x", "1"))
                        .body()
                        .at("/metadata/resourceVersion")
                        .asText())
                .isEqualTo(version);
    }

    @Test
    void listsMergeByTheirKeys() {
        api.apply(DEPLOYMENTS + "/web", "one", false, Objects.deployment("web", 2, "nginx:1"));
        ObjectNode sidecar = Objects.yaml("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  template:
                    spec:
                      containers:
                      - name: main
                        env: [{name: B, value: "2"}]
                        ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]
                """);

        ObjectNode now = api.apply(DEPLOYMENTS + "/web", "two", false, sidecar).body();

        JsonNode main = now.at("/spec/template/spec/containers/0");
        assertThat(main.get("image").asText()).isEqualTo("nginx:1");
        assertThat(main.get("env")).hasSize(2);
        assertThat(main.get("ports")).hasSize(2);
        assertThat(fields(now, "two").toString())
                .contains("k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}")
                .contains("k:{\\\"name\\\":\\\"B\\\"}")
                .doesNotContain("f:image");
    }

    @Test
    void aSelectorIsReplacedAsAWhole() {
        ObjectNode policy = Objects.yaml("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: p}
                spec: {minAvailable: 1, selector: {matchLabels: {a: "1", b: "2"}}}
                """);
        String path = "/apis/policy/v1/namespaces/default/poddisruptionbudgets/p";
        api.apply(path, "one", false, policy);
        Nodes.child(Nodes.child(policy, "spec"), "selector").set("matchLabels", Objects.yaml("{a: '1'}"));

        assertThat(api.apply(path, "two", true, policy)
                        .body()
                        .at("/spec/selector/matchLabels")
                        .toString())
                .isEqualTo("{\"a\":\"1\"}");
    }

    @Test
    void scalingOwnsTheReplicasUntilTheyAreAppliedAgain() {
        api.post(DEPLOYMENTS + "?fieldManager=kubectl-client-side-apply", Objects.deployment("web", 2, "nginx:1"));
        api.mergePatch(DEPLOYMENTS + "/web/scale?fieldManager=kubectl", Objects.yaml("spec: {replicas: 1}"));
        ObjectNode scaled = api.get(DEPLOYMENTS + "/web").body();
        assertThat(managers(scaled))
                .containsExactlyInAnyOrder("kubectl-client-side-apply/Update", "kubectl/Update/scale");
        assertThat(fields(scaled, "kubectl-client-side-apply").toString()).doesNotContain("f:replicas");

        ObjectNode now = api.apply(DEPLOYMENTS + "/web", "us", true, Objects.deployment("web", 2, "nginx:1"))
                .body();

        assertThat(managers(now)).doesNotContain("kubectl/Update/scale");
        assertThat(fields(now, "us").toString()).contains("f:replicas");
    }

    @Test
    void defaultsBelongToWhoCreatedByUpdateAndToNobodyWhoApplied() {
        ObjectNode created = api.post(DEPLOYMENTS + "?fieldManager=kubectl-create", Objects.deployment("web", 2, "x:1"))
                .body();
        ObjectNode applied = api.apply(DEPLOYMENTS + "/api", "us", false, Objects.deployment("api", 2, "x:1"))
                .body();

        assertThat(fields(created, "kubectl-create").toString()).contains("f:progressDeadlineSeconds");
        assertThat(applied.at("/spec/progressDeadlineSeconds").asInt()).isEqualTo(600);
        assertThat(fields(applied, "us").toString()).doesNotContain("f:progressDeadlineSeconds");
    }

    @Test
    void theManagersOfAnObjectCanBeForgotten() {
        api.post(CONFIG_MAPS + "?fieldManager=someone", data("x", "1"));
        JsonNode patch = Objects.yaml("p: [{op: replace, path: /metadata/managedFields, value: [{}]}]")
                .get("p");
        assertThat(api.jsonPatch(CONFIG_MAPS + "/a", patch)
                        .body()
                        .at("/metadata/managedFields")
                        .isMissingNode())
                .isTrue();

        assertThat(managers(api.apply(CONFIG_MAPS + "/a", "us", true, data("x", "2"))
                        .body()))
                .containsExactlyInAnyOrder("us/Apply", "before-first-apply/Update");
    }

    @Test
    void aHandOverOfManagersHoldsForOneVersionOnly() {
        api.post(CONFIG_MAPS + "?fieldManager=someone", data("x", "1"));
        JsonNode patch = Objects.yaml("""
                p:
                - {op: replace, path: /metadata/managedFields/0/manager, value: us}
                - {op: replace, path: /metadata/resourceVersion, value: "1"}
                """).get("p");

        Api.Answer stale = api.jsonPatch(CONFIG_MAPS + "/a", patch);

        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.body().get("reason").asText()).isEqualTo("Conflict");
        assertThat(managers(api.get(CONFIG_MAPS + "/a").body())).containsExactly("someone/Update");
    }

    @Test
    void conditionsOfACustomResourceMergeByType() {
        String path = "/apis/example.com/v1/namespaces/default/widgets/w";
        api.apply(path, "user", false, Objects.yaml("""
                {apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {size: 1}}
                """));
        api.apply(path + "/status", "a", false, status("Ready"));
        ObjectNode now = api.apply(path + "/status", "b", false, status("Done")).body();

        assertThat(now.at("/status/conditions")).hasSize(2);
        assertThat(managers(now)).containsExactlyInAnyOrder("user/Apply", "a/Apply/status", "b/Apply/status");
        assertThat(now.at("/metadata/generation").asInt()).isEqualTo(1);
    }

    private static ObjectNode status(String type) {
        return Objects.yaml("""
                apiVersion: example.com/v1
                kind: Widget
                metadata: {name: w}
                status: {conditions: [{type: %s, status: "True"}]}
                """.formatted(type));
    }

    @Test
    void aFieldThatTheSchemaLacksIsRefused() {
        ObjectNode web = Objects.deployment("web", 2, "nginx:1");
        Nodes.child(web, "spec").put("replicaz", 1);

        assertThat(api.apply(DEPLOYMENTS + "/web", "us", true, web).message())
                .isEqualTo("failed to create typed patch object (/web; apps/v1, Kind=Deployment):"
                        + " .spec.replicaz: field not declared in schema");
    }
}
