package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches tell what changed, over WebSocket and as a streamed response, and end as they do on a real server. */
class WatchTest {
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

    private static final class Seen implements Watcher<ConfigMap> {
        private final List<String> events = new CopyOnWriteArrayList<>();
        private volatile WatcherException closed;

        @Override
        public void eventReceived(Action action, ConfigMap object) {
            events.add(action + " " + object.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            closed = cause;
        }
    }

    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kind", value)
                .endMetadata()
                .build();
    }

    @Test
    void aClientSeesEachChangeInOrder() {
        KubernetesClient client = cluster.client();
        Seen seen = new Seen();
        client.resource(map("a", "x")).create();
        Watch watch = client.configMaps().inNamespace("default").watch(seen);
        try {
            client.resource(map("b", "x")).create();
            client.resource(map("b", "y")).update();
            client.resource(map("b", "y")).delete();

            await().until(() -> seen.events.size() >= 4);
            assertThat(seen.events).containsExactly("ADDED a", "ADDED b", "MODIFIED b", "DELETED b");
        } finally {
            watch.close();
        }
    }

    @Test
    void whatIsThereAtTheBeginningArrivesWholeHoweverMuchItIs() {
        KubernetesClient client = cluster.client();
        List<String> names = IntStream.range(0, 3).mapToObj(i -> "map-" + i).toList();
        names.forEach(name -> api.post(PATH, Objects.configMap(name, "k", "x".repeat(30_000))));
        // Without what WebSocketSink does for it, two of three runs of this met a watch that broke.
        for (int i = 0; i < 300; i++) {
            Seen seen = new Seen();
            Watch watch = client.configMaps().inNamespace("default").watch(seen);
            try {
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> seen.events.size() >= names.size() || seen.closed != null);
                assertThat(seen.closed).isNull();
                assertThat(seen.events)
                        .containsExactlyElementsOf(
                                names.stream().map("ADDED "::concat).toList());
            } finally {
                watch.close();
            }
        }
    }

    @Test
    void whatLeavesTheSelectionIsReportedAsDeleted() {
        KubernetesClient client = cluster.client();
        Seen seen = new Seen();
        Watch watch = client.configMaps()
                .inNamespace("default")
                .withLabel("kind", "x")
                .watch(seen);
        try {
            client.resource(map("a", "x")).create();
            client.resource(map("a", "y")).update();
            client.resource(map("a", "x")).update();

            await().until(() -> seen.events.size() >= 3);
            assertThat(seen.events).containsExactly("ADDED a", "DELETED a", "ADDED a");
        } finally {
            watch.close();
        }
    }

    @Test
    void aWatchStartsFromAVersion() {
        String version = api.post(PATH, Objects.configMap("a", "k", "1"))
                .body()
                .at("/metadata/resourceVersion")
                .asText();
        api.post(PATH, Objects.configMap("b", "k", "1"));

        List<JsonNode> events = stream("?watch=true&timeoutSeconds=1&resourceVersion=" + version);

        assertThat(events).hasSize(1);
        assertThat(events.get(0).get("type").asText()).isEqualTo("ADDED");
        assertThat(Nodes.name(events.get(0).get("object"))).isEqualTo("b");
    }

    @Test
    void aVersionThatIsForgottenIsGone() {
        api.post(PATH, Objects.configMap("a", "k", "1"));
        api.post(PATH, Objects.configMap("b", "k", "1"));
        cluster.store().compact();

        List<JsonNode> events = stream("?watch=true&resourceVersion=1");

        assertThat(events).hasSize(1);
        assertThat(events.get(0).get("type").asText()).isEqualTo("ERROR");
        assertThat(events.get(0).at("/object/code").asInt()).isEqualTo(410);
        assertThat(events.get(0).at("/object/reason").asText()).isEqualTo("Expired");
    }

    @Test
    void watchListsNeedToSayHowNewTheyMustBe() {
        Api.Answer answer = api.get(PATH + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message())
                .contains("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }

    /** Reads a streamed watch to its end. */
    private List<JsonNode> stream(String query) {
        List<JsonNode> events = new CopyOnWriteArrayList<>();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(cluster.url() + PATH + query))
                    .build();
            HttpResponse<java.io.InputStream> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    events.add(Nodes.MAPPER.readTree(line));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return events;
    }

    @Test
    void anInformerCatchesUpAfterItsWatchWasCut() {
        KubernetesClient client = cluster.client();
        try (SharedIndexInformer<ConfigMap> informer =
                client.configMaps().inNamespace("default").inform()) {
            client.resource(map("a", "x")).create();
            await().until(() -> informer.getStore().list().size() == 1);

            assertThat(cluster.faults().cutWatches(request -> request.resource().equals("configmaps")))
                    .isEqualTo(1);
            client.resource(map("b", "x")).create();

            await().until(() -> informer.getStore().list().size() == 2);
        }
    }

    @Test
    void anInformerListsAgainWhenItsWatchHasExpired() {
        KubernetesClient client = cluster.client();
        try (SharedIndexInformer<ConfigMap> informer =
                client.configMaps().inNamespace("default").inform()) {
            await().until(() -> cluster.openWatches() == 1);
            int lists = lists();

            cluster.faults().expireWatches(request -> true);
            client.resource(map("b", "x")).create();

            await().until(() -> informer.getStore().list().size() == 1);
            assertThat(lists()).isGreaterThan(lists);
        }
    }

    private int lists() {
        return cluster.requests()
                .matching(request ->
                        request.verb().equals("list") && request.resource().equals("configmaps"))
                .size();
    }

    @Test
    void aDroppedEventIsNotSeen() {
        KubernetesClient client = cluster.client();
        Seen seen = new Seen();
        Watch watch = client.configMaps().inNamespace("default").watch(seen);
        try {
            await().until(() -> cluster.openWatches() == 1);
            cluster.faults().dropNextEvent(request -> true);
            client.resource(map("a", "x")).create();
            client.resource(map("b", "x")).create();

            await().until(() -> !seen.events.isEmpty());
            assertThat(seen.events).containsExactly("ADDED b");
        } finally {
            watch.close();
        }
    }

    @Test
    void aWatchThatItsClientClosedIsForgotten() {
        KubernetesClient client = cluster.client();
        Watch watch = client.configMaps().inNamespace("default").watch(new Seen());
        await().until(() -> cluster.openWatches() == 1);

        watch.close();

        await().until(() -> cluster.openWatches() == 0);
    }
}
