package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests fail as they were told to, hooks see them, and the log has them all. */
class FaultsTest {
    private static final String PATH = "/api/v1/namespaces/default/configmaps";

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
    void theRequestThatWasNamedFailsAndNoOther() {
        cluster.faults().on(request -> request.verb().equals("create")).after(1).answer(503);

        assertThat(api.post(PATH, Objects.configMap("a", "k", "1")).code()).isEqualTo(201);
        assertThat(api.post(PATH, Objects.configMap("b", "k", "1")).code()).isEqualTo(503);
        assertThat(api.get(PATH + "/b").code()).isEqualTo(404);
        assertThat(api.post(PATH, Objects.configMap("b", "k", "1")).code()).isEqualTo(201);
    }

    @Test
    void anOverloadedServerSaysWhenToComeAgain() {
        cluster.faults().on(request -> true).times(2).answer(429, Duration.ofSeconds(1));

        Api.Answer answer = api.get(PATH);

        assertThat(answer.code()).isEqualTo(429);
        assertThat(answer.http().headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body().get("reason").asText()).isEqualTo("TooManyRequests");
    }

    @Test
    void aConnectionBreaksBeforeOrAfterTheEffect() {
        cluster.faults().on(request -> request.verb().equals("create")).resetBeforeCommit();
        assertThatThrownBy(() -> api.post(PATH, Objects.configMap("a", "k", "1")))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(api.get(PATH + "/a").code()).isEqualTo(404);

        cluster.faults().on(request -> request.verb().equals("create")).resetAfterCommit();
        assertThatThrownBy(() -> api.post(PATH, Objects.configMap("a", "k", "1")))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(api.get(PATH + "/a").code()).isEqualTo(200);
    }

    @Test
    void faultsCanBeTakenBack() {
        cluster.faults().on(request -> true).times(100).answer(500);
        cluster.faults().clear();

        assertThat(api.get(PATH).code()).isEqualTo(200);
    }

    @Test
    void hooksStandOnBothSidesOfTheEffect() {
        List<String> seen = new CopyOnWriteArrayList<>();
        RequestHook hook = new RequestHook() {
            @Override
            public void beforeCommit(RequestRecord request) {
                seen.add("before " + request.verb() + " there: " + there());
            }

            @Override
            public void afterCommit(RequestRecord request) {
                seen.add("after " + request.verb() + " there: " + there());
            }

            private boolean there() {
                var type = new com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog()
                        .required("", "configmaps");
                return cluster.store().get(type, "default", "a") != null;
            }
        };
        cluster.onRequest(hook);
        api.post(PATH, Objects.configMap("a", "k", "1"));
        cluster.removeHook(hook);
        api.get(PATH);

        assertThat(seen).containsExactly("before create there: false", "after create there: true");
    }

    @Test
    void theLogTellsWhoDidWhat() {
        api.send(
                "PATCH",
                PATH + "/a?fieldManager=me&force=true",
                "application/apply-patch+yaml",
                Objects.yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"),
                "Authorization",
                "Bearer system:serviceaccount:ops:operator",
                "Impersonate-User",
                "system:serviceaccount:default:sourcegraph-downgrade");
        api.get(PATH + "/missing");

        RequestRecord applied = cluster.requests().writes().get(0);
        assertThat(applied.user()).isEqualTo("system:serviceaccount:ops:operator");
        assertThat(applied.impersonated()).isEqualTo("system:serviceaccount:default:sourcegraph-downgrade");
        assertThat(applied.patchType()).isEqualTo("apply");
        assertThat(applied.fieldManager()).isEqualTo("me");
        assertThat(applied.resource()).isEqualTo("configmaps");
        assertThat(applied.namespace()).isEqualTo("default");
        assertThat(applied.name()).isEqualTo("a");
        assertThat(applied.responseCode()).isEqualTo(201);
        assertThat(cluster.requests().matching(request -> request.responseCode() == 404))
                .hasSize(1);
        assertThat(cluster.requests().writes()).hasSize(1);
        cluster.requests().reset();
        assertThat(cluster.requests().all()).isEmpty();
    }

    @Test
    void aLibraryClientRetriesWhatTheServerLost() {
        KubernetesClient client = cluster.client();
        cluster.faults().on(request -> request.verb().equals("list")).answer(500);

        assertThat(client.configMaps().inNamespace("default").list().getItems()).isEmpty();
        assertThat(cluster.requests().matching(request -> request.verb().equals("list")))
                .extracting(RequestRecord::responseCode)
                .containsExactly(500, 200);
    }

    @Test
    void whoIsNotAllowedIsRefused() {
        try (InMemoryCluster guarded = InMemoryCluster.builder()
                .controllers()
                .accessPolicy(attempt -> !attempt.verb().equals("delete"))
                .start()) {
            Api guardedApi = new Api(guarded);
            guardedApi.post(PATH, Objects.configMap("a", "k", "1"));

            Api.Answer refused = guardedApi.delete(PATH + "/a", null);
            assertThat(refused.code()).isEqualTo(403);
            assertThat(refused.message())
                    .isEqualTo("configmaps \"a\" is forbidden: User \"system:admin\" cannot delete resource"
                            + " \"configmaps\" in API group \"\" in the namespace \"default\"");
            Api.Answer review = guardedApi.post(
                    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                    Objects.yaml(
                            "{kind: SelfSubjectAccessReview, spec: {resourceAttributes: {verb: delete, resource: pods}}}"));
            assertThat(review.body().at("/status/allowed").asBoolean()).isFalse();
        }
    }
}
