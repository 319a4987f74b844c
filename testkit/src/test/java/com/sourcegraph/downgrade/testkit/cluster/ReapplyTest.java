package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Older manifests over newer ones, as a real API server (kube-apiserver 1.34.4) was seen to judge them: applied by a new
 * manager some are refused and others keep what the older release does not have; applied in the owner's name each object
 * equals the target.
 */
class ReapplyTest {
    private static final String OURS = "sourcegraph-downgrade";
    private static final String OWNER = "kubectl-client-side-apply";

    private static InMemoryCluster clusterWith(List<ObjectNode> objects) {
        // Only who owns and changes what is looked at here: nothing needs to run.
        InMemoryCluster cluster = InMemoryCluster.builder().controllers().start();
        Api api = new Api(cluster);
        objects.stream()
                .map(Nodes::namespace)
                .filter(namespace -> namespace != null && !namespace.equals("default"))
                .distinct()
                .forEach(namespace -> {
                    ObjectNode object = Nodes.object().put("apiVersion", "v1").put("kind", "Namespace");
                    Nodes.metadata(object).put("name", namespace);
                    api.post("/api/v1/namespaces", object);
                });
        for (ObjectNode object : objects) {
            Api.Answer answer = api.clientSideApplyFirst(object);
            assertThat(answer.code()).as(answer.message()).isEqualTo(201);
        }
        return cluster;
    }

    private static List<ObjectNode> release(String file) {
        Path path = Manifests.folder().resolve(file + ".yaml");
        List<ObjectNode> result = new ArrayList<>(Manifests.documents(path));
        // Cluster-scoped objects were left out of what the real server was asked.
        result.removeIf(object -> Nodes.text(object, "kind").startsWith("ClusterRole"));
        return result;
    }

    @ParameterizedTest
    @CsvSource({
        "kustomize/5.0.6, kustomize/4.5.1, ''",
        "kustomize/5.9.1590, kustomize/4.5.1, redis-cache redis-store",
        "kustomize/6.12.5040, kustomize/5.3.12303, redis-cache redis-store",
        "legacy/5.0.6, legacy/4.0.1, ''"
    })
    void plainServerSideApplyIsRefusedWhereAProbeChangedItsHandler(String from, String to, String refused) {
        Manifests.assumeThere();
        try (InMemoryCluster cluster = clusterWith(release(from))) {
            Api api = new Api(cluster);
            Map<String, String> refusals = new TreeMap<>();
            for (ObjectNode object : release(to)) {
                Api.Answer answer = api.apply(api.path(object) + "?dryRun=All", OURS, true, object);
                if (answer.code() > 201) {
                    refusals.put(Nodes.name(object), answer.message());
                }
            }

            assertThat(String.join(" ", refusals.keySet())).isEqualTo(refused);
            assertThat(refusals.values()).allSatisfy(message -> assertThat(message)
                    .contains("spec.template.spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not"
                            + " specify more than 1 handler type"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kustomize/5.0.6, kustomize/4.5.1",
        "kustomize/5.9.1590, kustomize/4.5.1",
        "kustomize/6.12.5040, kustomize/5.3.12303",
        "legacy/5.0.6, legacy/4.0.1"
    })
    void appliedInTheOwnersNameEachObjectEqualsTheTarget(String from, String to) {
        Manifests.assumeThere();
        try (InMemoryCluster cluster = clusterWith(release(from));
                InMemoryCluster fresh = clusterWith(release(to))) {
            Api api = new Api(cluster);
            Api reference = new Api(fresh);
            for (ObjectNode target : release(to)) {
                Api.Answer live = api.get(api.path(target));
                if (live.code() == 404) {
                    Api.Answer created = api.clientSideApplyFirst(target);
                    assertThat(created.code()).as(created.message()).isEqualTo(201);
                    continue;
                }
                applyAsOwner(api, target, live.body());

                ObjectNode now = api.get(api.path(target)).body();
                assertThat(comparable(now))
                        .as(api.path(target))
                        .isEqualTo(comparable(reference.get(api.path(target)).body()));
                List<String> managers = new ArrayList<>();
                Nodes.each(now, "metadata", "managedFields")
                        .forEach(entry ->
                                managers.add(Nodes.text(entry, "manager") + "/" + Nodes.text(entry, "operation")));
                assertThat(managers).containsExactly(OWNER + "/Update");
            }
        }
    }

    private static void applyAsOwner(Api api, ObjectNode target, ObjectNode live) {
        String path = api.path(target);
        Api.Answer taken = api.jsonPatch(path, handOver(live, OWNER, "Update", OURS, "Apply"));
        assertThat(taken.code()).as(taken.message()).isEqualTo(200);
        Api.Answer applied = api.apply(path, OURS, true, Api.withLastApplied(target));
        assertThat(applied.code()).as(applied.message()).isEqualTo(200);
        Api.Answer given = api.jsonPatch(path, handOver(applied.body(), OURS, "Apply", OWNER, "Update"));
        assertThat(given.code()).as(given.message()).isEqualTo(200);
    }

    /** One JSON patch that gives an entry another owner, valid for this version of the object only. */
    private static ArrayNode handOver(
            ObjectNode live, String manager, String operation, String newManager, String newOperation) {
        ArrayNode entries = live.get("metadata").get("managedFields").deepCopy();
        boolean found = false;
        for (JsonNode entry : entries) {
            if (manager.equals(Nodes.text(entry, "manager")) && operation.equals(Nodes.text(entry, "operation"))) {
                ((ObjectNode) entry).put("manager", newManager).put("operation", newOperation);
                found = true;
            }
        }
        assertThat(found).as(entries.toString()).isTrue();
        ArrayNode patch = Nodes.array();
        patch.addObject()
                .put("op", "replace")
                .put("path", "/metadata/managedFields")
                .set("value", entries);
        patch.addObject()
                .put("op", "replace")
                .put("path", "/metadata/resourceVersion")
                .put("value", Nodes.text(live, "metadata", "resourceVersion"));
        return patch;
    }

    private static ObjectNode comparable(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove("status");
        Nodes.metadata(copy)
                .remove(List.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"));
        if (Nodes.text(copy, "kind").equals("Service")) {
            ((ObjectNode) copy.get("spec")).remove(List.of("clusterIP", "clusterIPs"));
            Nodes.each(copy, "spec", "ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
        }
        return copy;
    }
}
