package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.container.Program;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MigratorLogFollowerTest {
    /** Its own for each test: threads are told apart by it, and those of other tests may still be ending. */
    private final String pod = "run-downgrade-1-" + Long.toString(System.nanoTime(), 36);

    private static final String END = "<end>";

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<MigratorProgress> told = new CopyOnWriteArrayList<>();

    /** A migrator that prints what the test tells it to. */
    private InMemoryCluster cluster() {
        Program migrator = context -> {
            context.ready();
            for (String line = lines.take(); !line.equals(END); line = lines.take()) {
                context.stdout().println(line);
            }
            return 0;
        };
        return InMemoryCluster.builder()
                .programs((image, container) -> Optional.of(migrator))
                .start();
    }

    private void start(InMemoryCluster cluster) {
        KubernetesClient client = cluster.client();
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(pod)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .addNewContainer()
                        .withName("downgrade")
                        .withImage("migrator:5.0.6")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        await().until(() -> {
            Pod seen = client.pods().withName(pod).get();
            return seen.getStatus() != null && "Running".equals(seen.getStatus().getPhase());
        });
    }

    private MigratorLogFollower follower(KubernetesClient client, Duration interval) {
        return new MigratorLogFollower(client, "default", pod, "downgrade", Redactor.none(), told::add, interval);
    }

    @Test
    void tellsOfAMigratorWhileItRuns() {
        try (InMemoryCluster cluster = cluster()) {
            start(cluster);
            cluster.requests().reset();
            try (MigratorLogFollower follower = follower(cluster.client(), Duration.ofMillis(20))) {
                follower.start();
                lines.add("👉 Migrating to v4.5 (step 1 of 2)");
                await().untilAsserted(
                                () -> assertThat(follower.progress().hop()).isEqualTo(1));
                lines.add("👉 Running out of band migrations [20]");
                lines.add("Migration #20 is 50.00% complete");
                await().untilAsserted(() ->
                        assertThat(follower.progress().outOfBand()).containsEntry(20, 50.0));
                assertThat(follower.ended()).isFalse();
                lines.add(END);
                await().until(follower::ended);
                assertThat(told.get(told.size() - 1).phase()).isEqualTo(MigratorPhase.OUT_OF_BAND_MIGRATIONS);
            }
            // One stream, and one look at the pod when it had ended: nothing polls.
            assertThat(cluster.requests().all())
                    .extracting(RequestRecord::resource, RequestRecord::subresource)
                    .containsExactlyInAnyOrder(tuple("pods", "log"), tuple("pods", ""));
        }
    }

    @Test
    void tellsAtOnceWhatMattersAndTheRestSeldom() {
        try (InMemoryCluster cluster = cluster()) {
            start(cluster);
            try (MigratorLogFollower follower = follower(cluster.client(), Duration.ofHours(1))) {
                follower.start();
                lines.add("👉 Migrating to v4.5 (step 1 of 2)");
                await().until(() -> follower.progress().hop() == 1);
                lines.add("👉 Running out of band migrations [20]");
                await().until(() -> follower.progress().phase() == MigratorPhase.OUT_OF_BAND_MIGRATIONS);
                for (int percent = 100; percent > 0; percent--) {
                    lines.add("Migration #20 is " + percent + ".00% complete");
                }
                lines.add("❌ Out of band migrations failed: x");
                await().until(() -> follower.progress().lastError().isPresent());
                assertThat(told).hasSizeLessThan(10);
                lines.add(END);
                await().until(follower::ended);
            }
        }
    }

    /** The last change of a burst is told too, though nothing follows it. */
    @Test
    void doesNotForgetTheLastOfABurst() {
        try (InMemoryCluster cluster = cluster()) {
            start(cluster);
            try (MigratorLogFollower follower = follower(cluster.client(), Duration.ofMillis(200))) {
                follower.start();
                lines.add("👉 Running out of band migrations [20]");
                lines.add("Migration #20 is 7.00% complete");
                lines.add("Migration #20 is 3.00% complete");
                await().untilAsserted(() ->
                        assertThat(follower.progress().outOfBand()).containsEntry(20, 3.0));
                lines.add(END);
            }
        }
    }

    @Test
    void saysNothingOnceItIsClosed() {
        try (InMemoryCluster cluster = cluster()) {
            start(cluster);
            MigratorLogFollower follower = follower(cluster.client(), Duration.ofMillis(1));
            follower.start();
            lines.add("👉 Migrating to v4.5 (step 1 of 2)");
            await().until(() -> follower.progress().hop() == 1);
            follower.close();
            follower.close();
            assertThat(follower.ended()).isTrue();
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("migrator-log-" + pod)));
            lines.add("👉 Migrating to v4.4 (step 2 of 2)");
            lines.add(END);
            await().until(() -> "Succeeded"
                    .equals(cluster.client()
                            .pods()
                            .withName(pod)
                            .get()
                            .getStatus()
                            .getPhase()));
            assertThat(follower.progress().hop()).isEqualTo(1);
        }
    }

    @Test
    void endsWhereThereIsNoPod() {
        try (InMemoryCluster cluster = cluster();
                MigratorLogFollower follower = follower(cluster.client(), Duration.ofMillis(1))) {
            follower.start();
            await().until(follower::ended);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aListenerThatFailsDoesNotEndIt() {
        try (InMemoryCluster cluster = cluster()) {
            start(cluster);
            try (MigratorLogFollower follower = new MigratorLogFollower(
                    cluster.client(), "default", pod, "downgrade", Redactor.none(), progress -> {
                        told.add(progress);
                        throw new IllegalStateException("on purpose");
                    })) {
                follower.start();
                lines.add("👉 Migrating to v4.5 (step 1 of 2)");
                await().until(() -> told.size() == 1);
                lines.add("👉 Migrating to v4.4 (step 2 of 2)");
                await().until(() -> told.size() == 2);
                lines.add(END);
            }
        }
    }

    /** An API server that breaks the stream off, and gives the whole log again on the next request. */
    @Test
    void opensABrokenStreamAgainAndNeverGoesBack() throws IOException {
        AtomicInteger streams = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            if (!exchange.getRequestURI().getPath().endsWith("/log")) {
                answer(
                        exchange,
                        "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\"},\"status\":{"
                                + "\"containerStatuses\":[{\"name\":\"downgrade\",\"state\":{"
                                + (streams.get() < 3 ? "\"running\":{}" : "\"terminated\":{\"exitCode\":0}") + "}}]}}");
                return;
            }
            switch (streams.incrementAndGet()) {
                case 1 ->
                    answer(
                            exchange,
                            "👉 Migrating to v4.5 (step 1 of 3)\n👉 Migrating to v4.4 (step 2 of 3)\nhalf a l");
                case 2 -> {
                    exchange.sendResponseHeaders(503, -1);
                    exchange.close();
                }
                default ->
                    answer(
                            exchange,
                            "👉 Migrating to v4.5 (step 1 of 3)\n👉 Migrating to v4.4 (step 2 of 3)\nhalf a line\n"
                                    + "👉 Migrating to v4.3 (step 3 of 3)\n✅ Schema migrations complete");
            }
        });
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withHttp2Disable(true)
                .withRequestRetryBackoffLimit(0)
                .build();
        try (KubernetesClient client =
                        new KubernetesClientBuilder().withConfig(config).build();
                MigratorLogFollower follower = follower(client, Duration.ofMillis(1))) {
            follower.start();
            await().atMost(Duration.ofSeconds(30)).until(follower::ended);
            assertThat(streams).hasValue(3);
            assertThat(told).extracting(MigratorProgress::hop).isSorted();
            assertThat(follower.progress().phase()).isEqualTo(MigratorPhase.FINISHING);
        } finally {
            server.stop(0);
            threads.shutdownNow();
        }
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", body.startsWith("{") ? "application/json" : "text/plain");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            // Split within a character, as packets do.
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            out.write(bytes, 0, 2);
            out.flush();
            out.write(bytes, 2, bytes.length - 2);
        }
    }

    @Test
    void readsTheLogOfAMigratorThatHasEnded() {
        try (InMemoryCluster cluster = cluster()) {
            start(cluster);
            lines.add("👉 Migrating to v4.5 (step 1 of 1)");
            lines.add("✅ Schema migrations complete");
            lines.add(END);
            MigratorLogReader reader = new MigratorLogReader(cluster.client());
            await().untilAsserted(() -> assertThat(reader.read("default", pod, "downgrade"))
                    .hasValueSatisfying(log -> assertThat(new MigratorLogParser(Redactor.none())
                                    .parse(log)
                                    .phase())
                            .isEqualTo(MigratorPhase.FINISHING)));
            assertThat(reader.read("default", "no-such-pod", "downgrade")).isEmpty();
        }
    }
}
