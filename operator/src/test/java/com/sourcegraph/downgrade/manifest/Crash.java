package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.ArrayList;
import java.util.List;

/** A process that dies before a certain write leaves it: nothing of ours catches an {@link Error}. */
final class Crash implements Interceptor {

    /** The process is dead. */
    static final class Killed extends Error {}

    private final int survivedWrites;
    private final List<String> requests = new ArrayList<>();
    private int writes;

    Crash(int survivedWrites) {
        this.survivedWrites = survivedWrites;
    }

    /** A process that never dies and remembers its requests. */
    static Crash never() {
        return new Crash(Integer.MAX_VALUE);
    }

    KubernetesClient clientLike(KubernetesClient client) {
        return new KubernetesClientBuilder()
                .withConfig(client.getConfiguration())
                .withKubernetesSerialization(client.getKubernetesSerialization())
                .withHttpClientBuilderConsumer(builder -> builder.addOrReplaceInterceptor("crash", this))
                .build();
    }

    /** Method and path of every request sent, in order. */
    List<String> requests() {
        return requests;
    }

    int writes() {
        return writes;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        requests.add(request.method() + " " + request.uri().getPath());
        if (!request.method().equals("GET")) {
            if (writes >= survivedWrites) {
                throw new Killed();
            }
            writes++;
        }
    }
}
