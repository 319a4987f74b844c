package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CurrentResourcesTest {
    private InMemoryCluster cluster;
    private KubernetesClient client;
    private Instant lastFailure = Instant.now();
    private CurrentResources resources;
    private SourcegraphDowngrade cached;

    @BeforeEach
    void start() throws IOException {
        cluster = InMemoryCluster.builder().start();
        client = cluster.client();
        try (InputStream definition =
                Files.newInputStream(Path.of("../crds/sourcegraphdowngrades.downgrade.sourcegraph.com.yaml"))) {
            client.resource(Serialization.unmarshal(definition, CustomResourceDefinition.class))
                    .create();
        }
        resources = new CurrentResources(client, new WatchDoubt(() -> lastFailure, Clock.systemUTC()));
        cached = create();
    }

    private SourcegraphDowngrade create() {
        return client.resource(Serialization.unmarshal("""
                        apiVersion: downgrade.sourcegraph.com/v1alpha1
                        kind: SourcegraphDowngrade
                        metadata: {name: back, namespace: default}
                        spec: {to: v4.5.1, manifests: {configMapRef: {name: target}}}
                        """, SourcegraphDowngrade.class))
                .create();
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
    }

    private SourcegraphDowngrade suspended() {
        return client.resource(cached).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":true}}");
    }

    @Test
    void nobodyIsAskedWithoutADoubt() {
        lastFailure = Instant.EPOCH;
        suspended();
        int before = gets();

        assertThat(resources.current(cached)).containsSame(cached);
        assertThat(gets()).isEqualTo(before);
    }

    @Test
    void inDoubtTheApiServerIsAskedAndRemembered() {
        String version = suspended().getMetadata().getResourceVersion();

        assertThat(resources.current(cached).orElseThrow().getSpec().suspend()).isTrue();
        assertThat(resources.known(cached).getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void whatIsGoneIsGone() {
        client.resource(cached).delete();

        assertThat(resources.current(cached)).isEmpty();
    }

    @Test
    void anotherResourceOfThatNameIsNotIt() {
        client.resource(cached).delete();
        create();

        assertThat(resources.current(cached)).isEmpty();
    }

    @Test
    void whoDoesNotAnswerLeavesWhatIsKnown() {
        cluster.faults().on(request -> request.verb().equals("get")).answer(403);

        assertThat(resources.current(cached)).containsSame(cached);
    }

    private int gets() {
        return (int) cluster.requests().all().stream()
                .map(RequestRecord::verb)
                .filter("get"::equals)
                .count();
    }
}
