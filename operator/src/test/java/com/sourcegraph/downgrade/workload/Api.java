package com.sourcegraph.downgrade.workload;

import com.sourcegraph.downgrade.testkit.cluster.GivenKubeconfig;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The API that a test writes to, without controllers: in memory, or a real one where the system property
 * {@code test.kubeconfig} names a kubeconfig. What these tests say about field ownership was seen to hold on a real
 * kube-apiserver this way.
 */
final class Api implements AutoCloseable {
    private final Runnable server;
    private final KubernetesClient client;
    private final List<HttpRequest> patches = new CopyOnWriteArrayList<>();

    Api() {
        String kubeconfig = System.getProperty("test.kubeconfig");
        Config config;
        if (kubeconfig == null) {
            InMemoryCluster cluster = InMemoryCluster.builder().controllers().start();
            server = cluster::close;
            config = cluster.config();
        } else {
            server = () -> {};
            config = new GivenKubeconfig(Path.of(kubeconfig)).config();
        }
        client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("patches", new Interceptor() {
                    @Override
                    public void before(BasicBuilder basic, HttpRequest request, RequestTags tags) {
                        if (request.method().equals("PATCH")) {
                            patches.add(request);
                        }
                    }
                }))
                .build();
    }

    KubernetesClient client() {
        return client;
    }

    /** The writes since the last {@link #forget}, creations left out. */
    List<HttpRequest> patches() {
        return List.copyOf(patches);
    }

    void forget() {
        patches.clear();
    }

    @Override
    public void close() {
        client.close();
        server.run();
    }
}
